// Machine code of a loop's body, so that a chain of operations stays in registers: what a loop costs is
// then its way to memory and not its operations.
#pragma once

#include <stdint.h>

#include <memory>
#include <vector>

#include "CKernels.h"

namespace gansh {

/// How an operand of an instruction is read within a tile.
struct Operand {
  enum Kind : uint8_t { tile, scalar } kind;
  /// Of a tile: a load, or after all loads a register. Of a scalar: into the scalars.
  int32_t index;
};

struct Instruction {
  gansh_op op;
  int32_t result;  // loads and registers together, as for operands
  Operand operands[3];
};

/// The body of a loop over rows of neighbouring elements.
class LoopCode {
public:
  /// How a load lies along a row.
  enum class Access : uint8_t {
    vector,     // neighbours
    repeated,   // sixteen values over and over
    broadcast,  // one value
  };

  struct Reduction {
    enum class Into : uint8_t {
      lanes,    // sixteen for the whole run
      rows,     // one for each row
      columns,  // as many as a row is long
    };
    Operand source;
    bool maximum;
    Into into;
    int64_t width;  // of a row, at most
  };

  static constexpr size_t most_places = 64;

  /// Everything that the code needs, which it changes.
  struct Run {
    int64_t rows;
    int64_t vectors;         // whole ones of a row, of sixteen
    int64_t rest;            // elements after them, fewer than sixteen
    const float *scalars;
    float *lanes;            // sixteen results of each reduction into lanes
    char *places[most_places];   // of loads, stores, reductions that are not into lanes
    int64_t steps[most_places];  // bytes from a row to the next
  };

  virtual ~LoopCode() = default;
  virtual void run(Run &run) const = 0;

  /// Null where the processor or an operation has no machine code.
  ///
  /// - registers: that instructions use, after the loads.
  static std::unique_ptr<LoopCode> make(
      const std::vector<Access> &loads, int32_t registers,
      const std::vector<Instruction> &instructions, const std::vector<Operand> &stores,
      const std::vector<Reduction> &reductions);
};

}  // namespace gansh
