// gansh's own convolutions as kernels among the library's.
#pragma once

#include <memory>

#include "Library.h"

namespace gansh {

/// - Throws: where the processor or the shape has no such kernel.
std::unique_ptr<gansh_kernel> make_own_kernel(
    const gansh_convolution &shape, gansh_direction direction, gansh_method method,
    gansh_precision precision);

/// What brings weights to the form that one of the own kernels takes.
std::unique_ptr<gansh_kernel> make_preparation(const gansh_layout &from, const gansh_layout &to);

}  // namespace gansh
