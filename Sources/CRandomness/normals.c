#include "CRandomness.h"

#include <string.h>

// The same bits on every processor: nothing is contracted, and there are no calls of a library's functions.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__linux__)
#define each_processor __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define each_processor
#endif
#define part_of_each static inline __attribute__((always_inline))

enum { tile = 128 };  // blocks worked on together

typedef struct {
  uint32_t word[4][tile];
} blocks;

part_of_each void make_words(blocks *made, uint32_t first, uint64_t seed, uint64_t stream, uint32_t step) {
  for (size_t i = 0; i < tile; i++) {
    uint32_t c0 = first + (uint32_t)i, c1 = (uint32_t)(stream >> 32), c2 = (uint32_t)stream, c3 = step;
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
      uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
      c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
      c1 = (uint32_t)p1;
      c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
      c3 = (uint32_t)p0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    made->word[0][i] = c0;
    made->word[1][i] = c1;
    made->word[2][i] = c2;
    made->word[3][i] = c3;
  }
}

/// In (0, 1), exact.
part_of_each float uniform(uint32_t word) { return ((float)(int32_t)(word >> 9) + 0.5f) * 0x1p-23f; }

/// ln x of a normal number above 0 (Cephes' logf).
part_of_each float logarithm(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  int32_t exponent = ((bits >> 23) & 255) - 126;
  int32_t half = (bits & 0x007fffff) | 0x3f000000;
  float m;
  memcpy(&m, &half, sizeof m);
  int low = m < 0.707106781186547524f;
  exponent -= low;
  m = (low ? m + m : m) - 1.0f;
  float z = m * m, e = (float)exponent;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  return p * m * z + e * -2.12194440e-4f - 0.5f * z + m + e * 0.693359375f;
}

/// A radius from one word, an angle from another (Cephes' sinf and cosf of what is left of the nearest quarter turn).
part_of_each void make_pair(uint32_t first, uint32_t second, float *one, float *other) {
  float radius = __builtin_sqrtf(-2.0f * logarithm(uniform(first)));
  float v = uniform(second);
  float quarters = __builtin_rintf(v * 4.0f);
  float r = (v - quarters * 0.25f) * 6.28318530717958648f;
  float z = r * r;
  float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
  float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z
            - 0.5f * z + 1.0f;
  int32_t quarter = (int32_t)quarters & 3;
  float cosine = (quarter & 1) ? s : c, sine = (quarter & 1) ? c : s;
  *one = radius * (quarter == 1 || quarter == 2 ? -cosine : cosine);
  *other = radius * (quarter >= 2 ? -sine : sine);
}

each_processor static void fill_tile(
  float *target, size_t count, uint32_t first, uint64_t seed, uint64_t stream, uint32_t step
) {
  blocks made;
  float values[4 * tile];
  make_words(&made, first, seed, stream, step);
  for (size_t i = 0; i < tile; i++) {
    make_pair(made.word[0][i], made.word[1][i], &values[4 * i], &values[4 * i + 1]);
    make_pair(made.word[2][i], made.word[3][i], &values[4 * i + 2], &values[4 * i + 3]);
  }
  memcpy(target, values, count * sizeof(float));
}

void gansh_fill_normals(
  float *target, size_t count, uint32_t first, uint64_t seed, uint64_t stream, uint32_t step
) {
  for (size_t start = 0; start < count; start += 4 * tile) {
    size_t size = count - start < 4 * tile ? count - start : 4 * tile;
    fill_tile(target + start, size, first + (uint32_t)(start / 4), seed, stream, step);
  }
}
