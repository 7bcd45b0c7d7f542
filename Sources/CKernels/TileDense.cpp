#include <algorithm>

#include "OwnProduct.h"
#include "Parallel.h"
#include "Tiles.h"

#if defined(__x86_64__)

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma,amx-tile,amx-bf16"))), \
    apply_to = function)

#include "DenseParts.h"
#include "LaneBlocks.h"
#include "TileProduct.h"

namespace gansh {
namespace {
#include "TileDenseKernels.h"
}  // namespace
}  // namespace gansh

#pragma clang attribute pop

namespace gansh {

std::unique_ptr<OwnProduct> make_tile_dense(const DenseShape &shape, gansh_direction direction) {
  if (!has_tiles()) return nullptr;
  return product<TileDenseForward, TileDenseInputGradient, TileDenseWeightGradient>(shape, direction);
}

}  // namespace gansh

#else

namespace gansh {
std::unique_ptr<OwnProduct> make_tile_dense(const DenseShape &, gansh_direction) { return nullptr; }
}  // namespace gansh

#endif
