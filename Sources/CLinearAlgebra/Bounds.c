#include "Bounds.h"

#include <math.h>

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

/// Numbers that are compared before any of them is looked at: nearly all are too large.
enum { block = 64 };

FOR_EACH_PROCESSOR
void rows_centred(
    const float *restrict values, size_t rows, size_t width, const float *restrict centre, float *restrict result) {
  for (size_t row = 0; row < rows; ++row)
    for (size_t column = 0; column < width; ++column)
      result[row * width + column] = values[row * width + column] - centre[column];
}

FOR_EACH_PROCESSOR
void bounds_of_products(float *products, size_t count, float own, float factor, const float *squares) {
  for (size_t place = 0; place < count; ++place) {
    float bound = own + factor * squares[place] - 2 * products[place];
    products[place] = bound > 0 && bound < INFINITY ? bound : 0;
  }
}

FOR_EACH_PROCESSOR
size_t bounds_at_most(const float *bounds, size_t count, float limit, const float *limits, uint32_t *found) {
  size_t number = 0;
  for (size_t start = 0; start < count; start += block) {
    size_t end = start + block < count ? start + block : count;
    int some = end - start < block;
    if (!some && limits) {
      for (size_t place = start; place < start + block; ++place)
        some |= bounds[place] <= (limits[place] > limit ? limits[place] : limit);
    } else if (!some) {
      for (size_t place = start; place < start + block; ++place) some |= bounds[place] <= limit;
    }
    if (!some) continue;
    for (size_t place = start; place < end; ++place) {
      found[number] = (uint32_t)place;
      number += bounds[place] <= (limits && limits[place] > limit ? limits[place] : limit);
    }
  }
  return number;
}
