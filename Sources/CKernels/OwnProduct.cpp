#include "OwnProduct.h"

#include <algorithm>

#include "Library.h"
#include "Parallel.h"

#if defined(__x86_64__)

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma"))),             \
    apply_to = function)

#include "BlockProduct.h"
#include "DenseParts.h"
#include "LaneBlocks.h"

namespace gansh {
namespace {
#include "DenseKernels.h"
}  // namespace
}  // namespace gansh

#pragma clang attribute pop

namespace gansh {
namespace {

template <int W>
std::unique_ptr<OwnProduct> dense(const DenseShape &shape, gansh_direction direction) {
  switch (direction) {
    case gansh_forward: return std::make_unique<DenseForward<W>>(shape);
    case gansh_input_gradient: return std::make_unique<DenseInputGradient<W>>(shape);
    case gansh_weight_gradient: return std::make_unique<DenseWeightGradient<W>>(shape);
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<OwnProduct> make_dense(const DenseShape &shape, gansh_direction direction) {
  if ((int)dnnl::get_effective_cpu_isa() < (int)dnnl::cpu_isa::avx512_core) return nullptr;
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
std::unique_ptr<OwnProduct> make_dense(const DenseShape &, gansh_direction) { return nullptr; }
}  // namespace gansh

#endif
