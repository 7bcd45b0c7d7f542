#include "internal.h"

// Loops that are worth wider vectors than the baseline of the build, chosen when the program
// starts. All arithmetic that decides a pixel is on integers, so every clone gives the same bits.
#if defined(__x86_64__) && defined(__linux__)
#define each_processor __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define each_processor
#endif

enum { precision = 32 - 8 - 2, chunk = 512 };

each_processor void gansh_weigh_rows(
  const uint8_t *rows, size_t stride, const int32_t *weights, size_t count, uint8_t *result,
  size_t length
) {
  int32_t sums[chunk];
  for (size_t start = 0; start < length; start += chunk) {
    size_t width = length - start < chunk ? length - start : chunk;
    for (size_t i = 0; i < width; i++) sums[i] = 1 << (precision - 1);
    for (size_t k = 0; k < count; k++) {
      const uint8_t *row = rows + k * stride + start;
      int32_t weight = weights[k];
      for (size_t i = 0; i < width; i++) sums[i] += row[i] * weight;
    }
    for (size_t i = 0; i < width; i++) {
      int32_t value = sums[i] >> precision;
      value = value < 0 ? 0 : value;
      result[start + i] = (uint8_t)(value > 255 ? 255 : value);
    }
  }
}

each_processor void gansh_bytes_to_signed_units(
  const uint8_t *bytes, size_t count, float *result
) {
  for (size_t i = 0; i < count; i++) result[i] = (float)bytes[i] / 127.5f - 1.0f;
}
