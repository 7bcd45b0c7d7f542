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
namespace {

template <int W>
std::unique_ptr<OwnProduct> dense(const DenseShape &shape, gansh_direction direction) {
  switch (direction) {
    case gansh_forward: return std::make_unique<TileDenseForward<W>>(shape);
    case gansh_input_gradient: return std::make_unique<TileDenseInputGradient<W>>(shape);
    case gansh_weight_gradient: return std::make_unique<TileDenseWeightGradient<W>>(shape);
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<OwnProduct> make_tile_dense(const DenseShape &shape, gansh_direction direction) {
  if (!has_tiles()) return nullptr;
  switch (shape.width) {
    case 64: return dense<4>(shape, direction);
    case 32: return dense<2>(shape, direction);
    case 16: return dense<1>(shape, direction);
    default: return nullptr;
  }
}

}  // namespace gansh

#else

namespace gansh {
std::unique_ptr<OwnProduct> make_tile_dense(const DenseShape &, gansh_direction) { return nullptr; }
}  // namespace gansh

#endif
