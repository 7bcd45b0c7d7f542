#include "OwnKernel.h"

#include <stdexcept>

#include "OwnProduct.h"

using dnnl::memory;
using tag = memory::format_tag;

namespace gansh {
namespace {

constexpr auto f32 = memory::data_type::f32;

/// Runs a convolution, which several bound kernels may share, between fixed places.
struct BoundConvolution final : Kernel {
  std::shared_ptr<const OwnConvolution> convolution;
  const float *first, *second;
  float *result;
  void *scratch;
  void run(uint64_t, uint32_t) const override { convolution->run(first, second, result, scratch); }
};

struct ConvolutionKernel final : gansh_kernel {
  std::shared_ptr<const OwnConvolution> convolution;
  std::unique_ptr<Kernel> bind(float *const *operands, void *place) const override {
    auto bound = std::make_unique<BoundConvolution>();
    bound->convolution = convolution;
    bound->first = operands[0];
    bound->second = operands[1];
    bound->result = operands[2];
    bound->scratch = place;
    return bound;
  }
};

/// Prepares `hwio` weights, which a library's kernel makes first of weights in another layout.
struct BoundPreparation final : Kernel {
  std::shared_ptr<const PreparedWeights> preparation;
  std::shared_ptr<float> between;
  std::unique_ptr<Kernel> reorder;
  const float *weights;
  float *prepared;
  void run(uint64_t seed, uint32_t step) const override {
    if (reorder) {
      reorder->run(seed, step);
      stream().wait();
    }
    preparation->run(weights, prepared);
  }
};

struct PreparationKernel final : gansh_kernel {
  std::shared_ptr<const PreparedWeights> preparation;
  std::unique_ptr<gansh_kernel> reorder;
  size_t bytes = 0;  // of `hwio` weights
  std::unique_ptr<Kernel> bind(float *const *operands, void *) const override {
    auto bound = std::make_unique<BoundPreparation>();
    bound->preparation = preparation;
    bound->weights = operands[0];
    bound->prepared = operands[1];
    if (reorder) {
      bound->between.reset((float *)gansh_allocate(bytes), gansh_release);
      if (!bound->between) throw std::bad_alloc();
      float *const places[3] = {operands[0], bound->between.get(), nullptr};
      bound->reorder = reorder->bind(places, nullptr);
      bound->weights = bound->between.get();
    }
    return bound;
  }
};

/// Runs a dense layer's product, and its epilogue if there is one.
struct BoundDense final : Kernel {
  std::shared_ptr<const OwnProduct> product;
  const float *first, *second;
  float *result;
  void *scratch;
  std::unique_ptr<Loop> epilogue;
  void run(uint64_t, uint32_t) const override {
    product->run(first, second, result, scratch, epilogue.get());
  }
};

struct DenseKernel final : gansh_kernel {
  std::shared_ptr<const OwnProduct> product;

  std::unique_ptr<BoundDense> bound(float *const *operands, void *place) const {
    auto bound = std::make_unique<BoundDense>();
    bound->product = product;
    bound->first = operands[0];
    bound->second = operands[1];
    bound->result = operands[2];
    bound->scratch = place;
    return bound;
  }
  std::unique_ptr<Kernel> bind(float *const *operands, void *place) const override {
    return bound(operands, place);
  }
  bool fuses_epilogue() const override { return product->part_columns > 0; }
  std::unique_ptr<Kernel> bind_fused(
      float *const *operands, void *place, const gansh_loop &loop, int32_t load) const override {
    auto kernel = bound(operands, place);
    Loop::Fusion fusion{load, product->part_rows, product->part_columns, product->pieces};
    kernel->epilogue = std::make_unique<Loop>(loop, &fusion);
    return kernel;
  }
};

/// Runs a masked product between fixed places.
struct BoundMaskedProduct final : Kernel {
  std::shared_ptr<const MaskedProduct> product;
  const float *x, *rows, *columns, *v;
  float *result;
  void *scratch;
  void run(uint64_t, uint32_t) const override {
    product->run(x, rows, columns, v, result, scratch);
  }
};

struct GatedKernel final : gansh_kernel {
  std::shared_ptr<const MaskedProduct> product;
  std::unique_ptr<Kernel> bind(float *const *operands, void *place) const override {
    auto bound = std::make_unique<BoundMaskedProduct>();
    bound->product = product;
    bound->x = operands[0];
    bound->rows = operands[1];
    bound->columns = operands[2];
    bound->v = operands[3];
    bound->result = operands[4];
    bound->scratch = place;
    return bound;
  }
};

/// The width of a layout's panels; 0 where it has none.
int64_t panel_width(const memory::desc &weights, int64_t outputs, int64_t inputs) {
  auto is = [&](tag format) { return weights == memory::desc({outputs, inputs}, f32, format); };
  return is(tag::AB16b64a) ? 64 : is(tag::AB16b32a) ? 32 : is(tag::AB16b16a) ? 16 : 0;
}

memory::desc panels(int64_t outputs, int64_t inputs) {
  auto format = outputs > 32 ? tag::AB16b64a : outputs > 16 ? tag::AB16b32a : tag::AB16b16a;
  return memory::desc({outputs, inputs}, f32, format);
}

const char *name(gansh_method method) {
  switch (method) {
    case gansh_winograd_2: return "winograd 2x2";
    case gansh_winograd_4: return "winograd 4x4";
    case gansh_image_end: return "image end";
    case gansh_tiles: return "tiles";
  }
  return "";
}

memory::desc blocked(const gansh_convolution &shape, bool input) {
  auto channels = input ? shape.input_channels : shape.output_channels;
  const int64_t *size = input ? shape.input : shape.output;
  return memory::desc(
      {shape.batch, channels, size[0], size[1]}, f32,
      channels % 16 == 0 ? tag::nChw16c : tag::nchw);
}

memory::desc hwio(const gansh_convolution &shape) {
  return memory::desc(
      {shape.output_channels, shape.input_channels, shape.kernel[0], shape.kernel[1]}, f32,
      tag::hwio);
}

}  // namespace

std::unique_ptr<gansh_kernel> make_own_kernel(
    const gansh_convolution &shape, gansh_direction direction, gansh_method method,
    gansh_precision precision) {
  auto convolution = make_convolution(shape, direction, method, precision);
  if (!convolution) throw std::invalid_argument("there is no such kernel for this shape here");
  auto kernel = std::make_unique<ConvolutionKernel>();
  kernel->name = name(method);
  if (precision == gansh_bfloat16) kernel->name += " bf16";
  kernel->scratch = convolution->scratch;
  gansh_layout images{blocked(shape, true)}, result{blocked(shape, false)};
  if (direction == gansh_weight_gradient) {
    kernel->layouts = {images, result, {hwio(shape)}};
  } else {
    auto prepared = make_prepared_weights(shape, direction, method, precision);
    gansh_layout weights{
        memory::desc({prepared->count}, f32, tag::a), {true, shape, direction, method, precision}};
    if (direction == gansh_forward)
      kernel->layouts = {images, weights, result};
    else
      kernel->layouts = {result, weights, images};
  }
  kernel->convolution = std::move(convolution);
  return kernel;
}

std::unique_ptr<gansh_kernel> make_own_dense(
    int64_t batch, int64_t outputs, int64_t inputs, gansh_direction direction,
    gansh_precision precision, const gansh_layout *weights) {
  auto kernel = std::make_unique<DenseKernel>();
  gansh_layout own{weights ? weights->description : panels(outputs, inputs)};
  auto width = panel_width(own.description, outputs, inputs);
  const DenseShape shape{batch, outputs, inputs, width};
  const bool is_single = precision == gansh_single;
  kernel->product = is_single ? make_dense(shape, direction) : make_tile_dense(shape, direction);
  if (!kernel->product) throw std::invalid_argument("there is no such kernel for this shape here");
  kernel->name = is_single ? "panels" : "tiles bf16";
  kernel->scratch = kernel->product->scratch;
  gansh_layout x{memory::desc({batch, inputs}, f32, tag::ab)};
  gansh_layout y{memory::desc({batch, outputs}, f32, tag::ab)};
  switch (direction) {
    case gansh_forward: kernel->layouts = {x, own, y}; break;
    case gansh_input_gradient: kernel->layouts = {y, own, x}; break;
    case gansh_weight_gradient: kernel->layouts = {x, y, own}; break;
  }
  return kernel;
}

std::unique_ptr<gansh_kernel> make_own_masked(MaskedShape shape, const gansh_layout *weights) {
  const memory::desc plain({shape.columns, shape.width}, f32, tag::ab);
  if (weights->description != plain) {
    shape.panel = panel_width(weights->description, shape.columns, shape.width);
    if (!shape.panel) throw std::invalid_argument("there is no such kernel for weights in this layout");
  }
  auto kernel = std::make_unique<GatedKernel>();
  kernel->product = make_masked_product(shape);
  if (!kernel->product) throw std::invalid_argument("there is no such kernel here");
  kernel->name = "subset sums";
  kernel->scratch = kernel->product->scratch;
  auto vector = [](int64_t count) { return gansh_layout{memory::desc({count}, f32, tag::a)}; };
  gansh_layout x{memory::desc({shape.rows, shape.columns}, f32, tag::ab)};
  gansh_layout batch{memory::desc({shape.rows, shape.width}, f32, tag::ab)};
  kernel->layouts = {x, vector(shape.rows), vector(shape.columns), batch, *weights};
  if (!shape.transposed) std::swap(kernel->layouts[3], kernel->layouts[4]);
  return kernel;
}

std::unique_ptr<gansh_kernel> make_preparation(const gansh_layout &from, const gansh_layout &to) {
  const auto &wanted = to.preparation;
  auto kernel = std::make_unique<PreparationKernel>();
  kernel->name = std::string("weights for ") + name(wanted.method);
  kernel->preparation =
      make_prepared_weights(wanted.shape, wanted.direction, wanted.method, wanted.precision);
  gansh_layout whole{hwio(wanted.shape)};
  if (from.description != whole.description) {
    kernel->bytes = whole.description.get_size();
    char message[256];
    kernel->reorder.reset(gansh_make_reorder(&from, &whole, message, sizeof message));
    if (!kernel->reorder) throw std::invalid_argument(message);
  }
  kernel->layouts = {from, to};
  return kernel;
}

}  // namespace gansh
