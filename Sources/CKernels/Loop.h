// A chain of element-wise operations, prepared once and run many times.
#pragma once

#include <memory>
#include <vector>

#include "CKernels.h"
#include "LoopCode.h"

namespace gansh {

/// A view within a tile: rows × columns.
struct TileView {
  gansh_view view;
  int64_t row, column;  // strides
};

class Loop {
 public:
  explicit Loop(const gansh_loop &description);
  void run() const;

 private:
  struct Reduction {
    Operand source;
    gansh_reduction_kind kind;
    TileView target;
    int64_t count;
    size_t accumulator;  // offset in doubles within a thread's accumulators
  };
  struct Store {
    Operand source;
    TileView target;
  };
  struct ScalarLoad {
    const float *source;
    int32_t index;
  };

  int rank;
  int64_t extents[gansh_max_rank];
  int64_t rows, columns;           // of a full tile
  int64_t row_chunks, column_chunks, outer;
  int threads;
  std::vector<TileView> loads;     // tile loads only
  std::vector<float> constants;    // initial scalars; loads from memory are filled in at each run
  std::vector<ScalarLoad> scalars;
  std::vector<Instruction> instructions;
  std::vector<Store> stores;
  std::vector<Reduction> reductions;
  int32_t registers;
  size_t accumulators;             // doubles a thread
  mutable std::vector<char> workspace;
  size_t workspace_stride;         // bytes a thread

  // Where there is machine code for the body.
  std::unique_ptr<LoopCode> code;
  bool flat;                       // whether a tile is one row for it
  bool sums_by_row = false;        // whether rows have sums of their own
  std::vector<bool> expanded_loads, scattered_stores, lane_reductions;

  /// Where a tile begins, and its size.
  struct Place {
    int64_t row, column, height, width;
    int64_t index[gansh_max_rank];  // along the outer axes
  };

  void set_tile(int64_t size);
  void make_code();
  bool is_repeated(const TileView &view) const;
  Place place(int64_t tile) const;
  int64_t offset(const TileView &view, const Place &place) const;
  void begin_range(double *sums, float *scalar) const;
  void run_code(int thread, int64_t begin, int64_t end) const;
  void gather(const Reduction &reduction, double *into, const float *lanes) const;
  Operand convert(const gansh_operand &operand, const gansh_loop &description,
                  const std::vector<Operand> &loaded);
  TileView tile_view(const gansh_view &view) const;
  void run_range(int thread, int64_t begin, int64_t end) const;
  void accumulate(const Reduction &reduction, double *into, int64_t offset, const float *values,
                  float scalar, int64_t height, int64_t width) const;
};

}  // namespace gansh
