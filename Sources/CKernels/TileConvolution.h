// Convolutions in tiles of the processor's matrix unit.
#pragma once

#include "OwnConvolution.h"

namespace gansh {

/// Null where the processor or the shape has no such kernel.
std::unique_ptr<OwnConvolution> make_tile_convolution(
    const gansh_convolution &shape, gansh_direction direction);
std::unique_ptr<PreparedWeights> make_tile_weights(
    const gansh_convolution &shape, gansh_direction direction);

}  // namespace gansh
