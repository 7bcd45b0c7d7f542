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

std::unique_ptr<OwnProduct> make_dense(const DenseShape &shape, gansh_direction direction) {
  if ((int)dnnl::get_effective_cpu_isa() < (int)dnnl::cpu_isa::avx512_core) return nullptr;
  return product<DenseForward, DenseInputGradient, DenseWeightGradient>(shape, direction);
}

}  // namespace gansh

#else

namespace gansh {
std::unique_ptr<OwnProduct> make_dense(const DenseShape &, gansh_direction) { return nullptr; }
}  // namespace gansh

#endif
