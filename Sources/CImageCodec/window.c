#include <string.h>

#include "internal.h"

// The same bits on every processor: nothing is contracted, and every sum is in the order of its weights.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__linux__)
#define each_processor __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define each_processor
#endif

enum { chunk = 64 };

/// The sum of lines, one for each weight, of which the one at k is values + places[k].
each_processor static void weigh(
  const float *values, const int32_t *places, const float *weights, size_t count, float *result,
  size_t length
) {
  for (size_t start = 0; start < length; start += chunk) {
    size_t size = length - start < chunk ? length - start : chunk;
    float sums[chunk] = {0};
    for (size_t k = 0; k < count; k++) {
      const float *line = values + places[k] + start;
      float weight = weights[k];
      if (size == chunk)
        for (size_t i = 0; i < chunk; i++) sums[i] += weight * line[i];
      else
        for (size_t i = 0; i < size; i++) sums[i] += weight * line[i];
    }
    memcpy(result + start, sums, size * sizeof(float));
  }
}

void gansh_filter_plane(
  float *values, size_t height, size_t width, const float *weights, size_t count, const int32_t *columns,
  const int32_t *rows, int32_t *places, float *scratch
) {
  for (size_t k = 0; k < count; k++) places[k] = (int32_t)k;
  for (size_t y = 0; y < height; y++) {
    float *row = values + y * width;
    for (size_t x = 0; x < width + count - 1; x++) scratch[x] = row[columns[x]];
    weigh(scratch, places, weights, count, row, width);
  }
  memcpy(scratch, values, height * width * sizeof(float));
  for (size_t y = 0; y < height; y++) {
    for (size_t k = 0; k < count; k++) places[k] = rows[y + k] * (int32_t)width;
    weigh(scratch, places, weights, count, values + y * width, width);
  }
}
