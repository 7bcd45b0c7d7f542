#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Standard normals of Philox4x32-10 by Box and Muller 1958, four a block, in single precision: within
/// 2e-6 of double precision, and the same bits on every processor.
///
/// - first: the number of the first block.
void gansh_fill_normals(
  float *_Nonnull target, size_t count, uint32_t first, uint64_t seed, uint64_t stream, uint32_t step);

#ifdef __cplusplus
}
#endif
