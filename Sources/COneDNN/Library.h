// oneDNN behind types that are the same for its versions 2 and 3.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

#include "COneDNN.h"

struct gansh_layout {
  dnnl::memory::desc description;
};

struct gansh_kernel {
  dnnl::primitive primitive;
  dnnl::memory::desc operands[3];
  int arguments[3];  // DNNL_ARG_…
  size_t scratch;
  std::string name;
  int used;          // operands that exist: a reorder has 0 and 2 only
};

namespace gansh {

/// A kernel with its memory bound, ready to run.
struct BoundKernel {
  dnnl::primitive primitive;
  std::unordered_map<int, dnnl::memory> arguments;
};

BoundKernel bind(const gansh_kernel &kernel, float *const operands[3], void *scratch);
dnnl::engine &engine();
dnnl::stream &stream();

}  // namespace gansh
