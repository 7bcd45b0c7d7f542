// Products of small matrices in registers, the inner loop of gansh's own contractions.
//
// Operands are 32-bit words: a float, or two bfloat16 whose products with another two are added.
// Included where the target attributes of AVX-512 are in force.
#pragma once

#include <immintrin.h>
#include <stdint.h>

#define GANSH_FORCE inline __attribute__((always_inline))

namespace gansh {

struct Float32 {
  static constexpr int packed = 1;  // values of the summed axis in a word
  static GANSH_FORCE __m512 multiply_add(__m512 sum, __m512 a, __m512 b) {
    return _mm512_fmadd_ps(a, b, sum);
  }
  /// Sixteen values of the summed axis as words.
  static GANSH_FORCE void store(float *target, __m512 values) { _mm512_storeu_ps(target, values); }
  /// Lanes of `packed` neighbours on the summed axis, as words.
  static GANSH_FORCE __m512 interleave(const __m512 *values) { return values[0]; }
};

/// Two bfloat16 neighbours of the summed axis in a word, the first in the lower half; sums are single.
struct Bfloat16 {
  static constexpr int packed = 2;
  static GANSH_FORCE __m512 multiply_add(__m512 sum, __m512 a, __m512 b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
  }
  static GANSH_FORCE void store(float *target, __m512 values) {
    _mm256_storeu_si256((__m256i *)target, (__m256i)_mm512_cvtneps_pbh(values));
  }
  static GANSH_FORCE __m512 interleave(const __m512 *values) {
    const __m512i order = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4,
        19, 3, 18, 2, 17, 1, 16, 0);
    return (__m512)_mm512_permutexvar_epi16(
        order, (__m512i)_mm512_cvtne2ps_pbh(values[1], values[0]));
  }
};

/// Adds to (or sets) `c(r, w)`, for R rows and W vectors of columns, the sum over `depth` of
/// `a(r, k) * b(k, w)`. Vectors are `b_next` and `c_next` words apart; rows of `a` are neighbours where
/// `Adjacent`, else `row` words apart. Where it `Fetches`, memory from `ahead` on is brought to the cache
/// meanwhile, `advance` bytes (at most 128) a step.
///
/// Not inlined: in a larger function its pointers would not all find registers.
template <class Arithmetic, int R, int W, bool Adjacent, bool Fetches = false>
__attribute__((noinline)) void block_product(
    const float *a, int64_t row, int64_t a_step, const float *b, int64_t b_step, int64_t depth,
    float *c, int64_t c_row, bool accumulate, int64_t b_next = 16, int64_t c_next = 16,
    const char *ahead = nullptr, int64_t advance = 0) {
  __m512 sum[R][W];
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++)
#pragma clang loop unroll(full)
    for (int w = 0; w < W; w++)
      sum[r][w] = accumulate ? _mm512_loadu_ps(c + r * c_row + w * c_next)
                             : _mm512_setzero_ps();
  // Groups of three rows are reached from one pointer: [p], [p + row], [p + 2 row].
  const float *group[(R + 2) / 3];
#pragma clang loop unroll(full)
  for (int g = 0; g < (R + 2) / 3; g++) group[g] = a + g * 3 * row;
  auto multiply = [&]() __attribute__((always_inline)) {
    __m512 right[W];
#pragma clang loop unroll(full)
    for (int w = 0; w < W; w++) right[w] = _mm512_loadu_ps(b + w * b_next);
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
      __m512 left = _mm512_set1_ps(Adjacent ? a[r] : group[r / 3][(r % 3) * row]);
#pragma clang loop unroll(full)
      for (int w = 0; w < W; w++)
        sum[r][w] = Arithmetic::multiply_add(sum[r][w], left, right[w]);
    }
    if (Adjacent) {
      a += a_step;
    } else {
#pragma clang loop unroll(full)
      for (int g = 0; g < (R + 2) / 3; g++) group[g] += a_step;
    }
    b += b_step;
  };
  if (Fetches) {
    // Twice at a time, the sums would not stay in registers.
#pragma clang loop unroll(disable)
    for (int64_t k = 0; k < depth; k++, ahead += advance) {
      _mm_prefetch(ahead, _MM_HINT_T0);
      _mm_prefetch(ahead + 64, _MM_HINT_T0);
      multiply();
    }
  } else {
#pragma clang loop unroll_count(2)
    for (int64_t k = 0; k < depth; k++) multiply();
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++)
#pragma clang loop unroll(full)
    for (int w = 0; w < W; w++) _mm512_storeu_ps(c + r * c_row + w * c_next, sum[r][w]);
}

}  // namespace gansh
