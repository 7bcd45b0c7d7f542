// oneDNN behind types that are the same for its versions 2 and 3.
#pragma once

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <vector>

#include "CKernels.h"
#include "OwnConvolution.h"

namespace gansh {

/// What a program runs.
struct Kernel {
  virtual ~Kernel() = default;
  virtual void run(uint64_t seed, uint32_t step) const = 0;
};

/// Weights as one of gansh's own kernels takes them. Equal where they are equal in memory.
struct Preparation {
  bool exists = false;
  gansh_convolution shape{};
  gansh_direction direction = gansh_forward;
  gansh_method method = gansh_winograd_2;
  gansh_precision precision = gansh_single;

  bool operator==(const Preparation &other) const {
    if (!exists || !other.exists) return exists == other.exists;
    return direction == other.direction && method == other.method &&
           precision == other.precision && has_same(other, &gansh_convolution::stride) &&
           has_same(other, &gansh_convolution::kernel) &&
           shape.input_channels == other.shape.input_channels &&
           shape.output_channels == other.shape.output_channels;
  }

private:
  bool has_same(const Preparation &other, int64_t (gansh_convolution::*pair)[2]) const {
    return (shape.*pair)[0] == (other.shape.*pair)[0] && (shape.*pair)[1] == (other.shape.*pair)[1];
  }
};

dnnl::engine &engine();
dnnl::stream &stream();

}  // namespace gansh

struct gansh_layout {
  dnnl::memory::desc description;
  gansh::Preparation preparation{};  // of weights that the library does not know
};

/// A kernel whose memory is not known yet.
struct gansh_kernel {
  std::string name;
  size_t scratch = 0;
  std::vector<gansh_layout> layouts;  // of the operands and the result

  virtual ~gansh_kernel() = default;
  virtual std::unique_ptr<gansh::Kernel> bind(float *const *operands, void *scratch) const = 0;

  /// Whether an epilogue can be fused: a loop that takes its result part by part.
  virtual bool fuses_epilogue() const { return false; }
  /// With an epilogue, one of whose loads is the result. Null where none can be fused.
  virtual std::unique_ptr<gansh::Kernel> bind_fused(
      float *const *, void *, const gansh_loop &, int32_t) const {
    return nullptr;
  }
};
