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

/// A part of a kernel's result, handed to its epilogue while it is in the first cache.
struct Part {
  int64_t row, column, height, width;
  const float *values;
  int64_t step;  // from a row to the next
};

class Loop {
 public:
  /// How a loop is fused as the epilogue of a kernel whose result it reads.
  struct Fusion {
    int32_t load;           // which of its loads is that result
    int64_t rows, columns;  // of a part, at most
    int64_t pieces;         // of the kernel's work
  };

  explicit Loop(const gansh_loop &description, const Fusion *fusion = nullptr);
  /// Over the whole index space.
  void run() const;

  // Part by part, where it is an epilogue: `begin` for each piece of the kernel's work, on the thread that does it,
  // `take` for each of its parts, and `finish` for all pieces together.
  void begin(int thread, int64_t piece) const;
  void take(int thread, int64_t piece, const Part &part) const;
  void finish() const;
  /// What else it reads element by element, in the order of the parts: worth having in the cache by then.
  const std::vector<const float *> &streams() const { return read_along; }

 private:
  struct Reduction {
    Operand source;
    gansh_reduction_kind kind;
    TileView target;
    int64_t count;
    size_t accumulator = 0;  // offset in doubles within a thread's accumulators
    bool is_whole = false;   // whether a row of a tile has all that is reduced: written where it belongs, and not accumulated
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
  int64_t pieces = 1;              // that threads do, each with sums of its own
  int32_t fused_load = -1;           // the load that comes by parts
  std::vector<const float *> read_along;
  bool is_run = false;             // whether all views of a part are one run of elements
  std::vector<TileView> loads;     // tile loads only
  std::vector<float> constants;    // initial scalars; loads from memory are filled in at each run
  std::vector<ScalarLoad> scalars;
  std::vector<Instruction> instructions;
  std::vector<Store> stores;
  std::vector<Reduction> reductions;
  int32_t registers;
  size_t accumulators;             // doubles a piece
  mutable std::vector<double> piece_sums;
  mutable std::vector<char> workspaces;
  size_t workspace_stride;         // bytes a thread

  // Where there is machine code for the body.
  std::unique_ptr<LoopCode> code;
  bool flat;                       // whether a tile is one row for it
  std::vector<bool> expanded_loads, repeated_loads, scattered_stores;
  std::vector<LoopCode::Reduction::Into> reduced_into;

  /// Where a tile begins, and its size.
  struct Place {
    int64_t row, column, height, width;
    int64_t index[gansh_max_rank];  // along the outer axes
  };

  /// What a thread works with.
  struct Workspace {
    double *sums;
    float *scalars;
    float *tiles;          // of loads, and of stores and long sums or of registers
    float *lanes;
    float **tile;          // where the values of loads and registers are
    const float **spread;  // what was last spread into a load's own tile
    int64_t *spread_size;  // height and width
  };
  /// The values of the load that comes by parts.
  struct Given {
    const float *values = nullptr;
    int64_t step = 0;
  };

  void set_tile(int64_t size, const Fusion *fusion);
  void make_code();
  bool is_repeated(const TileView &view) const;
  bool is_whole(const TileView &target) const;
  Place place(int64_t tile) const;
  int64_t offset(const TileView &view, const Place &place) const;
  Workspace workspace(int thread, int64_t piece) const;
  double *sums_of(int64_t piece) const { return piece_sums.data() + piece * (int64_t)sum_stride(); }
  size_t sum_stride() const { return (accumulators + 7) / 8 * 8 + 8; }  // in lines of their own
  int64_t largest_tile() const;
  size_t tile_count() const;
  TileView source(size_t load, const Place &place, const Given &given) const;
  void take_run(const Workspace &workspace, const Part &part) const;
  void run_tile(const Workspace &workspace, const Place &place, const Given &given) const;
  void run_code(const Workspace &workspace, const Place &place, const Given &given) const;
  void interpret(const Workspace &workspace, const Place &place, const Given &given) const;
  void gather(const Reduction &reduction, double *into, const float *lanes) const;
  Operand convert(const gansh_operand &operand, const gansh_loop &description,
                  const std::vector<Operand> &loaded);
  TileView tile_view(const gansh_view &view) const;
  void accumulate(const Reduction &reduction, double *into, int64_t offset, const float *values,
                  float scalar, int64_t height, int64_t width) const;
};

}  // namespace gansh
