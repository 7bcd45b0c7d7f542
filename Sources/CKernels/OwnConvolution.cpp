#include "OwnConvolution.h"

#include <algorithm>

#include "Library.h"
#include "Parallel.h"
#include "TileConvolution.h"
#include "WinogradForms.h"

#if defined(__x86_64__)

// The compiler makes bfloat16 instructions only of what asks for them by name, so that one region
// serves processors with and without them.
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma"))),             \
    apply_to = function)

#include "BlockProduct.h"

namespace gansh {
namespace {
#include "ImageTaps.h"
#include "ImageEndKernels.h"
#include "WinogradKernels.h"
}  // namespace
}  // namespace gansh

#pragma clang attribute pop

namespace gansh {
namespace {

template <class Form, int S, class Arithmetic>
std::unique_ptr<OwnConvolution> winograd(
    const gansh_convolution &shape, gansh_direction direction) {
  switch (direction) {
    case gansh_forward: return std::make_unique<Forward<Form, S, Arithmetic>>(shape);
    case gansh_input_gradient:
      return std::make_unique<InputGradient<Form, S, Arithmetic>>(shape);
    case gansh_weight_gradient:
      return std::make_unique<WeightGradient<Form, S, Arithmetic>>(shape);
  }
  return nullptr;
}

template <class Form, int S> struct Maker {
  static std::unique_ptr<OwnConvolution> kernel(
      const gansh_convolution &shape, gansh_direction direction, gansh_precision precision) {
    return precision == gansh_bfloat16 ? winograd<Form, S, Bfloat16>(shape, direction)
                                       : winograd<Form, S, Float32>(shape, direction);
  }
  static std::unique_ptr<PreparedWeights> weights(
      const gansh_convolution &shape, gansh_direction direction, gansh_precision precision) {
    bool adjoint = direction == gansh_input_gradient;
    if (precision == gansh_bfloat16)
      return std::make_unique<Weights<Form, S, Bfloat16>>(shape, adjoint);
    return std::make_unique<Weights<Form, S, Float32>>(shape, adjoint);
  }
};

/// Calls `use` with the form of a method for a stride.
template <class Use> auto with_form(const gansh_convolution &shape, gansh_method method, Use &&use) {
  bool small = method == gansh_winograd_2;
  if (shape.stride[0] == 2) return small ? use(Maker<F2x2, 2>()) : use(Maker<F4x2, 2>());
  return small ? use(Maker<F2x3, 1>()) : use(Maker<F4x3, 1>());
}

bool supported(gansh_precision precision) {
  auto isa = dnnl::get_effective_cpu_isa();
  auto least = precision == gansh_bfloat16 ? dnnl::cpu_isa::avx512_core_bf16
                                           : dnnl::cpu_isa::avx512_core;
  return (int)isa >= (int)least;
}

bool is_strided(const gansh_convolution &shape, int axis) {
  return shape.kernel[axis] == 4 && shape.stride[axis] == 2 && shape.padding_low[axis] == 1;
}

bool has_winograd(const gansh_convolution &shape) {
  if (shape.input_channels % 16 != 0 || shape.output_channels % 16 != 0) return false;
  if (is_strided(shape, 0) && is_strided(shape, 1)) return true;
  return shape.kernel[0] == 3 && shape.kernel[1] == 3 && shape.stride[0] == 1 &&
         shape.stride[1] == 1;
}

bool has_image_end(const gansh_convolution &shape) {
  return shape.input_channels <= 4 && shape.output_channels % 16 == 0 && is_strided(shape, 0) &&
         is_strided(shape, 1);
}

template <class Arithmetic>
std::unique_ptr<OwnConvolution> image_end(
    const gansh_convolution &shape, gansh_direction direction) {
  switch (direction) {
    case gansh_forward: return std::make_unique<ImageStart<Arithmetic>>(shape);
    case gansh_input_gradient: return std::make_unique<ImageEnd<Arithmetic>>(shape);
    case gansh_weight_gradient: return std::make_unique<ImageStartGradient<Arithmetic>>(shape);
  }
  return nullptr;
}

template <class Arithmetic>
std::unique_ptr<PreparedWeights> image_end_weights(
    const gansh_convolution &shape, gansh_direction direction) {
  if (direction == gansh_forward) return std::make_unique<ImageStartWeights<Arithmetic>>(shape);
  return std::make_unique<ImageEndWeights<Arithmetic>>(shape);
}

}  // namespace

std::unique_ptr<OwnConvolution> make_convolution(
    const gansh_convolution &shape, gansh_direction direction, gansh_method method,
    gansh_precision precision) {
  if (!supported(precision)) return nullptr;
  if (method == gansh_tiles)
    return precision == gansh_bfloat16 ? make_tile_convolution(shape, direction) : nullptr;
  if (method == gansh_image_end) {
    if (!has_image_end(shape)) return nullptr;
    return precision == gansh_bfloat16 ? image_end<Bfloat16>(shape, direction)
                                       : image_end<Float32>(shape, direction);
  }
  if (!has_winograd(shape)) return nullptr;
  return with_form(shape, method, [&](auto maker) {
    return maker.kernel(shape, direction, precision);
  });
}

std::unique_ptr<PreparedWeights> make_prepared_weights(
    const gansh_convolution &shape, gansh_direction direction, gansh_method method,
    gansh_precision precision) {
  if (method == gansh_tiles) return make_tile_weights(shape, direction);
  if (method == gansh_image_end)
    return precision == gansh_bfloat16 ? image_end_weights<Bfloat16>(shape, direction)
                                       : image_end_weights<Float32>(shape, direction);
  return with_form(shape, method, [&](auto maker) {
    return maker.weights(shape, direction, precision);
  });
}

}  // namespace gansh

#else

namespace gansh {
std::unique_ptr<OwnConvolution> make_convolution(
    const gansh_convolution &, gansh_direction, gansh_method, gansh_precision) {
  return nullptr;
}
std::unique_ptr<PreparedWeights> make_prepared_weights(
    const gansh_convolution &, gansh_direction, gansh_method, gansh_precision) {
  return nullptr;
}
}  // namespace gansh

#endif
