#include "Library.h"

#include "OwnKernel.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "Parallel.h"
#include "StepMemory.h"
#include "Tiles.h"

using dnnl::algorithm;
using dnnl::memory;
using dnnl::prop_kind;
using tag = memory::format_tag;

namespace gansh {

dnnl::engine &engine() {
  static dnnl::engine instance(dnnl::engine::kind::cpu, 0);
  return instance;
}

dnnl::stream &stream() {
  static dnnl::stream instance(engine());
  return instance;
}

namespace {

constexpr auto f32 = memory::data_type::f32;

void write(char *text, size_t capacity, const char *message) {
  if (text && capacity) std::snprintf(text, capacity, "%s", message);
}

/// Runs a maker; what it throws becomes null and a message.
gansh_kernel *guarded(char *error, size_t capacity, const std::function<gansh_kernel *()> &make) {
  try {
    return make();
  } catch (const dnnl::error &failure) {
    write(error, capacity, failure.what());
  } catch (const std::exception &failure) {
    write(error, capacity, failure.what());
  } catch (...) {
    write(error, capacity, "an unknown failure of the library");
  }
  return nullptr;
}

memory::desc plain(std::initializer_list<int64_t> extents, tag format) {
  return memory::desc(memory::dims(extents), f32, format);
}

dnnl::primitive_attr attributes() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

/// One of the library's kernels.
struct LibraryKernel final : gansh_kernel {
  dnnl::primitive primitive;
  std::vector<int> arguments;  // DNNL_ARG_…, one for each layout

  struct Bound final : Kernel {
    dnnl::primitive primitive;
    std::vector<memory> memories;
    std::vector<dnnl_exec_arg_t> arguments;

    void add(int argument, const memory::desc &description, void *place) {
      memories.emplace_back(description, engine(), place);
      arguments.push_back({argument, memories.back().get()});
    }
    void run(uint64_t, uint32_t) const override {
      // The C++ face would build the list of arguments at each call; what the C face makes of it, lies
      // in memory set aside.
      StepMemory set_aside;
      auto status = dnnl_primitive_execute(
          primitive.get(), stream().get(), (int)arguments.size(), arguments.data());
      if (status != dnnl_success) std::abort();  // with what was bound, it cannot refuse
    }
  };

  std::unique_ptr<Kernel> bind(float *const *operands, void *place) const override {
    auto bound = std::make_unique<Bound>();
    bound->primitive = primitive;
    for (size_t i = 0; i < arguments.size(); i++)
      bound->add(arguments[i], layouts[i].description, operands[i]);
    if (scratch)
      bound->add(
          DNNL_ARG_SCRATCHPAD,
          memory::desc({(int64_t)scratch}, memory::data_type::u8, tag::x), place);
    return bound;
  }
};

template <typename Description>
gansh_kernel *kernel(
    const Description &description, dnnl::primitive primitive,
    std::initializer_list<std::pair<int, memory::desc>> operands) {
  auto result = std::make_unique<LibraryKernel>();
  result->primitive = std::move(primitive);
  result->scratch = description.scratchpad_desc().get_size();
  result->name = description.impl_info_str();
  for (const auto &operand : operands) {
    result->arguments.push_back(operand.first);
    result->layouts.push_back({operand.second});
  }
  return result.release();
}

struct ConvolutionOperands {
  memory::desc images, weights, result;
  memory::dims strides, low, high;
};

/// In version 3 the operation descriptor is gone and its arguments go to the primitive descriptor.
dnnl::convolution_forward::primitive_desc forward(const ConvolutionOperands &o) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine(), prop_kind::forward_training, algorithm::convolution_direct, o.images, o.weights,
          o.result, o.strides, o.low, o.high, attributes()};
#else
  return {{prop_kind::forward_training, algorithm::convolution_direct, o.images, o.weights,
           o.result, o.strides, o.low, o.high}, attributes(), engine()};
#endif
}

dnnl::convolution_backward_data::primitive_desc input_gradient(
    const ConvolutionOperands &o, const dnnl::convolution_forward::primitive_desc &hint) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine(), algorithm::convolution_direct, o.images, o.weights, o.result, o.strides, o.low,
          o.high, hint, attributes()};
#else
  return {{algorithm::convolution_direct, o.images, o.weights, o.result, o.strides, o.low, o.high},
          attributes(), engine(), hint};
#endif
}

dnnl::convolution_backward_weights::primitive_desc weight_gradient(
    const ConvolutionOperands &o, const dnnl::convolution_forward::primitive_desc &hint) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine(), algorithm::convolution_direct, o.images, o.weights, o.result, o.strides, o.low,
          o.high, hint, attributes()};
#else
  return {{algorithm::convolution_direct, o.images, o.weights, o.result, o.strides, o.low, o.high},
          attributes(), engine(), hint};
#endif
}

gansh_kernel *convolution(
    const gansh_convolution &s, gansh_direction direction, const gansh_layout *images,
    const gansh_layout *weights, const gansh_layout *result) {
  if (weights && weights->preparation.exists)
    throw std::invalid_argument("prepared weights are not the library's");
  auto described = [](const gansh_layout *layout, memory::dims extents) {
    return layout ? layout->description : memory::desc(extents, f32, tag::any);
  };
  ConvolutionOperands o;
  o.images = described(images, {s.batch, s.input_channels, s.input[0], s.input[1]});
  o.weights = described(
      weights, {s.output_channels, s.input_channels, s.kernel[0], s.kernel[1]});
  o.result = described(result, {s.batch, s.output_channels, s.output[0], s.output[1]});
  o.strides = {s.stride[0], s.stride[1]};
  o.low = {s.padding_low[0], s.padding_low[1]};
  // What the stride leaves over need not be padded, and the library refuses to be told so.
  memory::dims high(2);
  for (int axis = 0; axis < 2; axis++)
    high[axis] = (s.output[axis] - 1) * s.stride[axis] + s.kernel[axis] - s.input[axis] -
                 s.padding_low[axis];
  o.high = high;
  ConvolutionOperands hinted = o;
  if (direction == gansh_forward) {
    auto description = forward(o);
    return kernel(description, dnnl::convolution_forward(description),
                  {{DNNL_ARG_SRC, description.src_desc()},
                   {DNNL_ARG_WEIGHTS, description.weights_desc()},
                   {DNNL_ARG_DST, description.dst_desc()}});
  }
  hinted.weights = memory::desc(
      {s.output_channels, s.input_channels, s.kernel[0], s.kernel[1]}, f32, tag::any);
  auto hint = forward(hinted);
  if (direction == gansh_input_gradient) {
    auto description = input_gradient(o, hint);
    return kernel(description, dnnl::convolution_backward_data(description),
                  {{DNNL_ARG_DIFF_DST, description.diff_dst_desc()},
                   {DNNL_ARG_WEIGHTS, description.weights_desc()},
                   {DNNL_ARG_DIFF_SRC, description.diff_src_desc()}});
  }
  auto description = weight_gradient(o, hint);
  return kernel(description, dnnl::convolution_backward_weights(description),
                {{DNNL_ARG_SRC, description.src_desc()},
                 {DNNL_ARG_DIFF_DST, description.diff_dst_desc()},
                 {DNNL_ARG_DIFF_WEIGHTS, description.diff_weights_desc()}});
}

gansh_kernel *product(
    int64_t batch, int64_t m, int64_t n, int64_t k, bool transpose_left, bool transpose_right,
    gansh_precision precision) {
  auto matrices = [&](int64_t rows, int64_t columns, bool transposed) {
    return batch ? plain({batch, rows, columns}, transposed ? tag::acb : tag::abc)
                 : plain({rows, columns}, transposed ? tag::ba : tag::ab);
  };
  auto left = matrices(m, k, transpose_left), right = matrices(k, n, transpose_right);
  auto result = matrices(m, n, false);
  auto own = attributes();
  if (precision == gansh_bfloat16) own.set_fpmath_mode(dnnl::fpmath_mode::bf16);
#if DNNL_VERSION_MAJOR >= 3
  dnnl::matmul::primitive_desc description(engine(), left, right, result, own);
#else
  dnnl::matmul::primitive_desc description({left, right, result}, own, engine());
#endif
  return kernel(description, dnnl::matmul(description),
                {{DNNL_ARG_SRC, left}, {DNNL_ARG_WEIGHTS, right}, {DNNL_ARG_DST, result}});
}

dnnl::inner_product_forward::primitive_desc dense_forward(
    const memory::desc &x, const memory::desc &w, const memory::desc &y) {
#if DNNL_VERSION_MAJOR >= 3
  return {engine(), prop_kind::forward_training, x, w, y, attributes()};
#else
  return {{prop_kind::forward_training, x, w, y}, attributes(), engine()};
#endif
}

gansh_kernel *inner_product(
    int64_t m, int64_t n, int64_t k, gansh_direction direction, const gansh_layout *weights) {
  auto x = plain({m, k}, tag::ab), y = plain({m, n}, tag::ab);
  auto any = plain({n, k}, tag::any);
  auto w = weights ? weights->description : any;
  if (direction == gansh_forward) {
    auto description = dense_forward(x, w, y);
    return kernel(description, dnnl::inner_product_forward(description),
                  {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, description.weights_desc()},
                   {DNNL_ARG_DST, y}});
  }
  auto hint = dense_forward(x, any, y);
  if (direction == gansh_input_gradient) {
#if DNNL_VERSION_MAJOR >= 3
    dnnl::inner_product_backward_data::primitive_desc description(
        engine(), x, w, y, hint, attributes());
#else
    dnnl::inner_product_backward_data::primitive_desc description(
        {x, w, y}, attributes(), engine(), hint);
#endif
    return kernel(description, dnnl::inner_product_backward_data(description),
                  {{DNNL_ARG_DIFF_DST, y}, {DNNL_ARG_WEIGHTS, description.weights_desc()},
                   {DNNL_ARG_DIFF_SRC, x}});
  }
#if DNNL_VERSION_MAJOR >= 3
  dnnl::inner_product_backward_weights::primitive_desc description(
      engine(), x, w, y, hint, attributes());
#else
  dnnl::inner_product_backward_weights::primitive_desc description(
      {x, w, y}, attributes(), engine(), hint);
#endif
  return kernel(description, dnnl::inner_product_backward_weights(description),
                {{DNNL_ARG_SRC, x}, {DNNL_ARG_DIFF_DST, y},
                 {DNNL_ARG_DIFF_WEIGHTS, description.diff_weights_desc()}});
}

int channel_block() {
#if defined(__x86_64__)
  auto isa = dnnl::get_effective_cpu_isa();
  if (isa == dnnl::cpu_isa::avx512_core || isa > dnnl::cpu_isa::avx512_core) return 16;
  if (isa >= dnnl::cpu_isa::avx2) return 8;
  return isa >= dnnl::cpu_isa::sse41 ? 8 : 0;
#else
  return 0;
#endif
}

const char *instruction_set() {
#if defined(__x86_64__)
  switch (channel_block()) {
    case 16: return has_tiles() ? "AVX-512 with AMX" : "AVX-512";
    case 8: return dnnl::get_effective_cpu_isa() >= dnnl::cpu_isa::avx2 ? "AVX2" : "SSE4.1";
    default: return "x86-64";
  }
#else
  return "portable";
#endif
}

}  // namespace

}  // namespace gansh

int gansh_processors(void) { return gansh::processors(); }

bool gansh_set_threads(int count) { return gansh::set_threads(count); }

int gansh_threads(void) { return omp_get_max_threads(); }

void gansh_describe(char *text, size_t capacity, int threads) {
  const dnnl_version_t *version = dnnl_version();
  std::snprintf(text, capacity, "oneDNN %d.%d.%d, %s, %d thread%s", version->major, version->minor,
                version->patch, gansh::instruction_set(), threads, threads == 1 ? "" : "s");
}

int gansh_instructions(void) {
#if defined(__x86_64__)
  return (int)dnnl::get_effective_cpu_isa();
#else
  return 0;
#endif
}

int gansh_channel_block(void) { return gansh::channel_block(); }

void *gansh_allocate(size_t bytes) {
  // What is large lies in large pages, where the system has them to give: kernels walk over many at once.
  constexpr size_t large = 2 << 20;
  void *memory = nullptr;
  if (posix_memalign(&memory, bytes >= 4 * large ? large : 64, bytes ? bytes : 64) != 0)
    return nullptr;
#if defined(MADV_HUGEPAGE)
  if (bytes >= 4 * large) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  std::memset(memory, 0, bytes ? bytes : 64);
  return memory;
}

void gansh_release(void *memory) { std::free(memory); }

gansh_layout *gansh_layout_plain(int rank, const int64_t *extents) {
  static const tag tags[] = {tag::a, tag::a, tag::ab, tag::abc, tag::abcd, tag::abcde};
  if (rank < 1 || rank > 5) return nullptr;
  return new gansh_layout{
      memory::desc(memory::dims(extents, extents + rank), gansh::f32, tags[rank])};
}

gansh_layout *gansh_layout_blocked(const int64_t *extents) {
  auto format = gansh::channel_block() == 16 ? tag::nChw16c : tag::nChw8c;
  return new gansh_layout{memory::desc(memory::dims(extents, extents + 4), gansh::f32, format)};
}

gansh_layout *gansh_layout_hwio(const int64_t *extents) {
  return new gansh_layout{
      memory::desc(memory::dims(extents, extents + 4), gansh::f32, tag::hwio)};
}

gansh_layout *gansh_layout_copy(const gansh_layout *layout) {
  return new gansh_layout(*layout);
}

size_t gansh_layout_bytes(const gansh_layout *layout) { return layout->description.get_size(); }

bool gansh_layout_equal(const gansh_layout *a, const gansh_layout *b) {
  return a->description == b->description && a->preparation == b->preparation;
}

void gansh_layout_release(gansh_layout *layout) { delete layout; }

gansh_kernel *gansh_make_convolution(
    const gansh_convolution *shape, gansh_direction direction, const gansh_layout *images,
    const gansh_layout *weights, const gansh_layout *result, char *error, size_t capacity) {
  return gansh::guarded(error, capacity, [&] {
    return gansh::convolution(*shape, direction, images, weights, result);
  });
}

gansh_kernel *gansh_make_own_convolution(
    const gansh_convolution *shape, gansh_direction direction, gansh_method method,
    gansh_precision precision, char *error, size_t capacity) {
  return gansh::guarded(error, capacity, [&] {
    return gansh::make_own_kernel(*shape, direction, method, precision).release();
  });
}

gansh_kernel *gansh_make_product(
    int64_t batch, int64_t m, int64_t n, int64_t k, bool transpose_left, bool transpose_right,
    gansh_precision precision, char *error, size_t capacity) {
  return gansh::guarded(error, capacity, [&] {
    return gansh::product(batch, m, n, k, transpose_left, transpose_right, precision);
  });
}

gansh_kernel *gansh_make_inner_product(
    int64_t m, int64_t n, int64_t k, gansh_direction direction, const gansh_layout *weights,
    char *error, size_t capacity) {
  return gansh::guarded(error, capacity, [&] {
    return gansh::inner_product(m, n, k, direction, weights);
  });
}

gansh_kernel *gansh_make_own_inner_product(
    int64_t m, int64_t n, int64_t k, gansh_direction direction, gansh_precision precision,
    const gansh_layout *weights, char *error, size_t capacity) {
  return gansh::guarded(error, capacity, [&] {
    return gansh::make_own_dense(m, n, k, direction, precision, weights).release();
  });
}

gansh_kernel *gansh_make_masked_product(
    int64_t m, int64_t k, int64_t n, bool transposed, float slope, const gansh_layout *weights,
    char *error, size_t capacity) {
  return gansh::guarded(error, capacity, [&] {
    return gansh::make_own_masked({m, k, n, transposed, slope, 0}, weights).release();
  });
}

gansh_kernel *gansh_make_reorder(
    const gansh_layout *from, const gansh_layout *to, char *error, size_t capacity) {
  return gansh::guarded(error, capacity, [&]() -> gansh_kernel * {
    if (from->preparation.exists)
      throw std::invalid_argument("prepared weights are not brought back");
    if (to->preparation.exists) return gansh::make_preparation(*from, *to).release();
    auto &engine = gansh::engine();
    dnnl::reorder::primitive_desc description(
        engine, from->description, engine, to->description, gansh::attributes());
    return gansh::kernel(description, dnnl::reorder(description),
                         {{DNNL_ARG_FROM, from->description}, {DNNL_ARG_TO, to->description}});
  });
}

gansh_layout *gansh_kernel_layout(const gansh_kernel *kernel, int operand) {
  return new gansh_layout(kernel->layouts[(size_t)operand]);
}

const char *gansh_kernel_name(const gansh_kernel *kernel) { return kernel->name.c_str(); }
size_t gansh_kernel_scratch(const gansh_kernel *kernel) { return kernel->scratch; }
bool gansh_kernel_fuses_epilogue(const gansh_kernel *kernel) { return kernel->fuses_epilogue(); }
void gansh_kernel_release(gansh_kernel *kernel) { delete kernel; }
