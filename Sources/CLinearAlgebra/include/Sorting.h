// Sorting of many numbers.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Sorts numbers, the least first, by their digits of eleven bits (a radix sort): ten times as fast as by comparisons.
///
/// Parameter room: for as many.
void floats_sort(float *values, float *room, size_t count);

#ifdef __cplusplus
}
#endif
