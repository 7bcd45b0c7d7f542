#include "MaskedProduct.h"

#include <algorithm>

#include "Library.h"
#include "Parallel.h"

#if defined(__x86_64__)

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"))), apply_to = function)

#include "LaneBlocks.h"
#include "SubsetSums.h"

#pragma clang attribute pop

namespace gansh {

std::unique_ptr<MaskedProduct> make_masked_product(const MaskedShape &shape) {
  if ((int)dnnl::get_effective_cpu_isa() < (int)dnnl::cpu_isa::avx512_core) return nullptr;
  return std::make_unique<SubsetSums>(shape);
}

}  // namespace gansh

#else

namespace gansh {
std::unique_ptr<MaskedProduct> make_masked_product(const MaskedShape &) { return nullptr; }
}  // namespace gansh

#endif
