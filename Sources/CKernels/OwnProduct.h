// Dense layers that gansh computes itself, so that epilogues are fused with them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <memory>

#include "CKernels.h"
#include "Loop.h"

namespace gansh {

/// A dense layer with its weights in panels: `[outputs / width][rows][width]`, where rows are the inputs
/// and zeros up to a multiple of 16.
struct DenseShape {
  int64_t batch, outputs, inputs;
  int64_t width;  // 16, 32 or 64

  int64_t rows() const { return (inputs + 15) / 16 * 16; }
  int64_t panels() const { return (outputs + width - 1) / width; }
  /// Whether it takes a tenth of a millisecond at most.
  bool is_little() const { return batch * outputs * inputs < 1 << 24; }
};

/// A product of a dense layer: forward, or one of its adjoints.
class OwnProduct {
public:
  virtual ~OwnProduct() = default;
  /// Operands in the order of `gansh_direction`. The epilogue takes the result part by part;
  /// where nobody else reads it, `result` is null.
  virtual void run(
      const float *first, const float *second, float *result, void *scratch,
      const Loop *epilogue) const = 0;
  size_t scratch = 0;                          // bytes
  int64_t part_rows = 1, part_columns = 0;     // of a part, at most; no columns where it gives none
  int64_t pieces = 1;                          // of its work
};

/// Null where the processor or the shape has no such kernel.
std::unique_ptr<OwnProduct> make_dense(const DenseShape &shape, gansh_direction direction);
/// The same in bfloat16, in tiles of the processor's matrix unit.
std::unique_ptr<OwnProduct> make_tile_dense(const DenseShape &shape, gansh_direction direction);

}  // namespace gansh
