// A chain of element-wise operations, prepared once and run many times.
#pragma once

#include <vector>

#include "COneDNN.h"

namespace gansh {

/// How an operand of an instruction is read within a tile.
struct Operand {
  enum Kind : uint8_t { tile, scalar } kind;
  /// Of a tile: an index into the thread's tile pointers. Of a scalar: into its scalars.
  int32_t index;
};

struct Instruction {
  gansh_op op;
  int32_t result;  // index into the tile pointers
  Operand operands[3];
};

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

  Operand convert(const gansh_operand &operand, const gansh_loop &description,
                  const std::vector<Operand> &loaded);
  TileView tile_view(const gansh_view &view) const;
  void run_range(int thread, int64_t begin, int64_t end) const;
  void accumulate(const Reduction &reduction, double *into, int64_t offset, const float *values,
                  float scalar, int64_t height, int64_t width) const;
};

}  // namespace gansh
