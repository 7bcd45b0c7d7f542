#include "TileConvolution.h"

#include <algorithm>
#include <vector>

#include "Parallel.h"
#include "Tiles.h"

#if defined(__x86_64__)

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma,amx-tile,amx-bf16"))), \
    apply_to = function)

#include "LaneBlocks.h"
#include "TileProduct.h"

namespace gansh {
namespace {
#include "ImageTaps.h"
#include "TileConvolutionKernels.h"
#include "TileImageKernels.h"
}  // namespace
}  // namespace gansh

#pragma clang attribute pop

namespace gansh {
namespace {

/// Rows of the kernel that the weights' gradient has room for.
constexpr int64_t most_rows = 31;

bool has_blocks(const gansh_convolution &shape) {
  return shape.input_channels % 16 == 0 && shape.output_channels % 16 == 0 && shape.kernel[0] <= most_rows;
}

bool is_image_end(const gansh_convolution &shape) {
  auto is_strided = [&](int axis) {
    return shape.kernel[axis] == 4 && shape.stride[axis] == 2 && shape.padding_low[axis] == 1;
  };
  return shape.input_channels <= 4 && shape.output_channels % 16 == 0 && is_strided(0) && is_strided(1);
}

}  // namespace

std::unique_ptr<OwnConvolution> make_tile_convolution(
    const gansh_convolution &shape, gansh_direction direction) {
  if (!has_tiles()) return nullptr;
  if (is_image_end(shape)) {
    switch (direction) {
      case gansh_forward: return std::make_unique<TileImageStart>(shape);
      case gansh_input_gradient: return std::make_unique<TileImageEnd>(shape);
      case gansh_weight_gradient: return std::make_unique<TileImageStartGradient>(shape);
    }
  }
  if (!has_blocks(shape)) return nullptr;
  if (direction == gansh_weight_gradient) return std::make_unique<TileWeightGradient>(shape);
  return std::make_unique<TileCorrelation>(shape, direction);
}

std::unique_ptr<PreparedWeights> make_tile_weights(
    const gansh_convolution &shape, gansh_direction direction) {
  if (!is_image_end(shape)) return std::make_unique<TileWeights>(shape, direction);
  if (direction == gansh_forward) return std::make_unique<TileImageStartWeights>(shape);
  return std::make_unique<TileImageEndWeights>(shape);
}

}  // namespace gansh

#else

namespace gansh {
std::unique_ptr<OwnConvolution> make_tile_convolution(const gansh_convolution &, gansh_direction) {
  return nullptr;
}
std::unique_ptr<PreparedWeights> make_tile_weights(const gansh_convolution &, gansh_direction) {
  return nullptr;
}
}  // namespace gansh

#endif
