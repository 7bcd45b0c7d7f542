// Convolutions that gansh computes itself, where that takes less time than the library's way.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <memory>

#include "CKernels.h"

namespace gansh {

/// A convolution, or an adjoint of one.
///
/// Images are nChw16c, but for those of up to four channels, which are row-major. Forward and input
/// gradient take prepared weights; the weights' gradient has the layout `hwio`.
class OwnConvolution {
public:
  virtual ~OwnConvolution() = default;
  /// Operands in the order of `gansh_direction`.
  virtual void run(const float *first, const float *second, float *result, void *scratch) const = 0;
  size_t scratch = 0;  // bytes
};

/// Brings `hwio` weights to the form that a forward or input-gradient kernel takes.
class PreparedWeights {
public:
  virtual ~PreparedWeights() = default;
  virtual void run(const float *weights, float *prepared) const = 0;
  int64_t count = 0;  // of floats that the result takes
};

/// Null where the processor or the shape has no such kernel.
std::unique_ptr<OwnConvolution> make_convolution(
    const gansh_convolution &shape, gansh_direction direction, gansh_method method,
    gansh_precision precision);
std::unique_ptr<PreparedWeights> make_prepared_weights(
    const gansh_convolution &shape, gansh_direction direction, gansh_method method,
    gansh_precision precision);

}  // namespace gansh
