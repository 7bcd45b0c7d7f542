// gansh's own convolutions and dense layers as kernels among the library's.
#pragma once

#include <memory>

#include "MaskedProduct.h"
#include "Library.h"

namespace gansh {

/// - Throws: where the processor or the shape has no such kernel.
std::unique_ptr<gansh_kernel> make_own_kernel(
    const gansh_convolution &shape, gansh_direction direction, gansh_method method,
    gansh_precision precision);

/// A dense layer, or an adjoint of one, with weights in panels.
///
/// - weights: their layout; null asks for the one that is best.
/// - Throws: where the processor, the shape or the layout has no such kernel.
std::unique_ptr<gansh_kernel> make_own_dense(
    int64_t batch, int64_t outputs, int64_t inputs, gansh_direction direction,
    gansh_precision precision, const gansh_layout *weights);

/// A product whose left operand is known but for its signs.
///
/// - weights: the layout of v, or of the result where the left operand is transposed.
/// - Throws: where the processor or the layout has no such kernel.
std::unique_ptr<gansh_kernel> make_own_masked(MaskedShape shape, const gansh_layout *weights);

/// What brings weights to the form that one of the own kernels takes.
std::unique_ptr<gansh_kernel> make_preparation(const gansh_layout &from, const gansh_layout &to);

}  // namespace gansh
