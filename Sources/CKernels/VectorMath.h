// Elementary functions that a compiler can vectorise: straight-line code, no tables, no errno.
// Largest relative errors, against double precision: about 2 units in the last place.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "Parallel.h"

namespace gansh {

GANSH_INLINE float as_float(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

GANSH_INLINE int32_t as_bits(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// e^x: x = n·ln 2 + r, a polynomial in r (Cephes' expf), scaled by 2^n in two halves.
GANSH_INLINE float exponential(float x) {
  float clamped = x < -104.0f ? -104.0f : x;
  clamped = clamped > 89.0f ? 89.0f : clamped;
  float n = __builtin_rintf(clamped * 1.44269504088896341f);
  float r = clamped - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t whole = (int32_t)n;
  int32_t half = whole >> 1;
  float scaled = p * as_float((half + 127) << 23) * as_float((whole - half + 127) << 23);
  return x != x ? x : scaled;
}

/// ln x for x > 0 (Cephes' logf); 0 gives -∞, below 0 gives NaN. Subnormals are treated as 0.
GANSH_INLINE float logarithm(float x) {
  int32_t bits = as_bits(x);
  int32_t exponent = ((bits >> 23) & 255) - 126;
  float m = as_float((bits & 0x007fffff) | 0x3f000000);
  bool low = m < 0.707106781186547524f;
  exponent -= low ? 1 : 0;
  m = (low ? m + m : m) - 1.0f;
  float z = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  float e = (float)exponent;
  float result = p * m * z + e * -2.12194440e-4f - 0.5f * z + m + e * 0.693359375f;
  result = x < 1.17549435e-38f ? -INFINITY : result;
  result = x < 0.0f ? NAN : result;
  result = x > 3.40282347e38f ? INFINITY : result;
  return x != x ? x : result;
}

GANSH_INLINE float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

/// max(x, 0) + ln(1 + e^-|x|), with the rounding of 1 + u taken back.
GANSH_INLINE float softplus(float x) {
  float u = exponential(-__builtin_fabsf(x));
  float w = 1.0f + u;
  return (x > 0.0f ? x : 0.0f) + logarithm(w) - ((w - 1.0f) - u) / w;
}

/// A polynomial near zero (Cephes' tanhf), and 1 - 2 / (e^2|x| + 1) beyond.
GANSH_INLINE float hyperbolic_tangent(float x) {
  float a = __builtin_fabsf(x);
  float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float small = p * z * x + x;
  float large = 1.0f - 2.0f / (exponential(2.0f * a) + 1.0f);
  return a < 0.625f ? small : __builtin_copysignf(large, x);
}

/// cos and sin of 2πv for v in (0, 1): the nearest quarter turn is taken off exactly.
GANSH_INLINE void turn(float v, float &cosine, float &sine) {
  float q = __builtin_rintf(v * 4.0f);
  float r = (v - q * 0.25f) * 6.28318530717958648f;
  float z = r * r;
  float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
  float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z
            - 0.5f * z + 1.0f;
  int32_t quarter = (int32_t)q & 3;
  float a = (quarter & 1) ? s : c;
  float b = (quarter & 1) ? c : s;
  cosine = (quarter == 1 || quarter == 2) ? -a : a;
  sine = (quarter >= 2) ? -b : b;
}

}  // namespace gansh
