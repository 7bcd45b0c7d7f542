// How products of dense layers are chosen by their shape, and hand out what they have made. Included where the target attributes of AVX-512 are in
// force.
#pragma once

#include <algorithm>

#include "LaneBlocks.h"
#include "OwnProduct.h"

namespace gansh {

/// A product of a shape: one of three templates over the width of panels in vectors. Null where there is no such width.
template <
    template <int> class Forward, template <int> class InputGradient, template <int> class WeightGradient, int W>
static std::unique_ptr<OwnProduct> product_of_width(const DenseShape &shape, gansh_direction direction) {
  switch (direction) {
    case gansh_forward: return std::make_unique<Forward<W>>(shape);
    case gansh_input_gradient: return std::make_unique<InputGradient<W>>(shape);
    case gansh_weight_gradient: return std::make_unique<WeightGradient<W>>(shape);
  }
  return nullptr;
}

template <template <int> class Forward, template <int> class InputGradient, template <int> class WeightGradient>
static std::unique_ptr<OwnProduct> product(const DenseShape &shape, gansh_direction direction) {
  switch (shape.width) {
    case 64: return product_of_width<Forward, InputGradient, WeightGradient, 4>(shape, direction);
    case 32: return product_of_width<Forward, InputGradient, WeightGradient, 2>(shape, direction);
    case 16: return product_of_width<Forward, InputGradient, WeightGradient, 1>(shape, direction);
    default: return nullptr;
  }
}

/// Who makes a part of a product, and for whom.
struct Recipient {
  int thread;
  int64_t piece;
  const Loop *epilogue;  // null where there is none
  float *result;         // null where nobody else reads it
};

/// Some rows of a panel of a layer's result.
static inline void hand_out(
    const DenseShape &shape, const Recipient &to, int64_t row, int64_t height, int64_t column,
    const float *sums, int64_t part_rows) {
  // The last panel may be wider than the result.
  const int64_t columns = std::min(shape.width, shape.outputs - column);
  if (to.epilogue)
    for (int64_t y = 0; y < height; y += part_rows)
      to.epilogue->take(
          to.thread, to.piece,
          {row + y, column, std::min(part_rows, height - y), columns, sums + y * shape.width, shape.width});
  if (!to.result) return;
  for (int64_t y = 0; y < height; y++)
    std::copy_n(sums + y * shape.width, columns, to.result + (row + y) * shape.outputs + column);
}

/// Some rows of the inputs' gradient, which were made as columns of the batch: `block(row, batch)` is where sixteen rows
/// of sixteen of the batch begin, whose rows are `step` floats apart. They are turned in `part`, of as many floats as
/// sixteen of the batch take.
template <class Block>
static GANSH_FORCE void hand_out_turned(
    const DenseShape &shape, const Recipient &to, int64_t input, int64_t rows, float *part, int64_t step,
    Block &&block) {
  const int64_t columns = std::min(rows, shape.inputs - input);
  for (int64_t batch = 0; batch < shape.batch; batch += 16) {
    const int64_t height = std::min<int64_t>(16, shape.batch - batch);
    for (int64_t row = 0; row < columns; row += 16) {
      const float *from = block(row, batch);
      __m512 values[16];
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++) values[i] = _mm512_loadu_ps(from + i * step);
      transpose(values);
#pragma clang loop unroll(full)
      for (int i = 0; i < 16; i++) _mm512_storeu_ps(part + i * rows + row, values[i]);
    }
    if (to.epilogue)
      to.epilogue->take(to.thread, to.piece, {batch, input, height, columns, part, rows});
    if (!to.result) continue;
    for (int64_t y = 0; y < height; y++)
      std::copy_n(part + y * rows, columns, to.result + (batch + y) * shape.inputs + input);
  }
}

}  // namespace gansh
