// Products whose left operand is known but for its signs.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <memory>

namespace gansh {

/// `(rows ⊗ columns ∘ mask(x)) · v`, the left operand transposed first where `transposed`. The mask is 1
/// where x is positive and `slope` elsewhere.
struct MaskedShape {
  int64_t rows, columns;  // of x
  int64_t width;          // columns of v and of the result
  bool transposed;
  float slope;
  /// Of the panels of v, or of the result where `transposed`: `[outputs / panel][inputs][panel]`, inputs
  /// and outputs filled up with zeros to multiples of 16 and `panel`. 0 where it is row-major.
  int64_t panel;

  /// The axis of x that the result keeps, and the one that is summed over.
  int64_t kept() const { return transposed ? columns : rows; }
  int64_t summed() const { return transposed ? rows : columns; }
};

class MaskedProduct {
public:
  virtual ~MaskedProduct() = default;
  virtual void run(
      const float *x, const float *rows, const float *columns, const float *v, float *result,
      void *scratch) const = 0;
  size_t scratch = 0;  // bytes
};

/// Null where the processor has no such kernel.
std::unique_ptr<MaskedProduct> make_masked_product(const MaskedShape &shape);

}  // namespace gansh
