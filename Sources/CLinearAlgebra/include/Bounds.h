// Passes over the products of rows that are near or far from each other.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Takes a centre off each of some rows.
///
/// Parameter result: `[rows, width]`.
void rows_centred(const float *values, size_t rows, size_t width, const float *centre, float *result);

/// Makes products xy bounds own + factor |y|² - 2xy; 0 where that is below 0 or not finite.
void bounds_of_products(float *products, size_t count, float own, float factor, const float *squares);

/// Finds the numbers that are not above the larger of a limit and their own.
///
/// Parameter limits: `[count]`, or NULL.
/// Parameter found: their places, `[count]`.
/// Returns: how many there are.
size_t bounds_at_most(const float *bounds, size_t count, float limit, const float *limits, uint32_t *found);

#ifdef __cplusplus
}
#endif
