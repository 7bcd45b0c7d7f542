// Memory for what oneDNN asks for while one of its kernels is called.
#pragma once

namespace gansh {

/// While it exists, small C++ objects that its thread and the team make lie in memory set aside and not on
/// the heap.
///
/// oneDNN puts a call's arguments into containers of its own, some blocks of at most a hundred bytes for
/// each call, hundreds a step. They are gone when the call returns, so a few blocks serve them all.
class StepMemory {
public:
  StepMemory();
  ~StepMemory();
  StepMemory(const StepMemory &) = delete;
};

}  // namespace gansh
