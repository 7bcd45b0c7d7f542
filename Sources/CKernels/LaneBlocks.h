// Blocks of sixteen vectors, and vectors of which only the first lanes count. Included where the target
// attributes of AVX-512 are in force.
#pragma once

#include <immintrin.h>
#include <stdint.h>

#include "BlockProduct.h"

namespace gansh {

/// Sixteen vectors of sixteen, rows to columns.
static GANSH_FORCE void transpose(__m512 row[16]) {
  __m512 half[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 2) {
    half[i] = _mm512_unpacklo_ps(row[i], row[i + 1]);
    half[i + 1] = _mm512_unpackhi_ps(row[i], row[i + 1]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 4)
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      auto first = (__m512d)half[i + j], second = (__m512d)half[i + j + 2];
      row[i + 2 * j] = (__m512)_mm512_unpacklo_pd(first, second);
      row[i + 2 * j + 1] = (__m512)_mm512_unpackhi_pd(first, second);
    }
  // Now row[4 q + c] holds columns c, c + 4, c + 8, c + 12 of the rows 4 q to 4 q + 3.
#pragma clang loop unroll(full)
  for (int c = 0; c < 4; c++) {
    half[c] = _mm512_shuffle_f32x4(row[c], row[4 + c], 0x88);
    half[4 + c] = _mm512_shuffle_f32x4(row[c], row[4 + c], 0xDD);
    half[8 + c] = _mm512_shuffle_f32x4(row[8 + c], row[12 + c], 0x88);
    half[12 + c] = _mm512_shuffle_f32x4(row[8 + c], row[12 + c], 0xDD);
  }
#pragma clang loop unroll(full)
  for (int c = 0; c < 4; c++) {
    row[c] = _mm512_shuffle_f32x4(half[c], half[8 + c], 0x88);
    row[8 + c] = _mm512_shuffle_f32x4(half[c], half[8 + c], 0xDD);
    row[4 + c] = _mm512_shuffle_f32x4(half[4 + c], half[12 + c], 0x88);
    row[12 + c] = _mm512_shuffle_f32x4(half[4 + c], half[12 + c], 0xDD);
  }
}

static GANSH_FORCE __mmask16 first_lanes(int64_t count) {
  return count <= 0 ? 0 : count >= 16 ? (__mmask16)0xFFFF : (__mmask16)((1 << count) - 1);
}

}  // namespace gansh
