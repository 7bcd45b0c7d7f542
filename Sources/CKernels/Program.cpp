#include <chrono>
#include <memory>
#include <new>
#include <vector>

#include "DenormalFlush.h"
#include "Library.h"
#include "Loop.h"
#include "Parallel.h"

namespace {

using gansh::Kernel;

struct LoopKernel final : Kernel {
  gansh::Loop loop;
  explicit LoopKernel(const gansh_loop &description) : loop(description) {}
  void run(uint64_t, uint32_t) const override { loop.run(); }
};

struct FillKernel final : Kernel {
  float *target;
  int64_t count;
  float value;
  void run(uint64_t, uint32_t) const override {
    for (int64_t i = 0; i < count; i++) target[i] = value;
  }
};

struct RandomKernel final : Kernel {
  float *target;
  int64_t count;
  uint64_t stream;
  bool normal;
  void run(uint64_t seed, uint32_t step) const override {
    gansh_random(target, count, seed, stream, step, normal);
  }
};

}  // namespace

struct gansh_program {
  std::vector<std::unique_ptr<Kernel>> kernels;
};

gansh_program *gansh_program_make(void) { return new (std::nothrow) gansh_program; }
void gansh_program_release(gansh_program *program) { delete program; }

namespace {

/// Adds what `make` makes; false when it throws.
template <typename Make>
bool add(gansh_program *program, Make &&make) {
  try {
    program->kernels.push_back(make());
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

bool gansh_program_add_loop(gansh_program *program, const gansh_loop *loop) {
  return add(program, [&] { return std::make_unique<LoopKernel>(*loop); });
}

bool gansh_program_add_fill(gansh_program *program, float *target, int64_t count, float value) {
  return add(program, [&] {
    auto kernel = std::make_unique<FillKernel>();
    kernel->target = target;
    kernel->count = count;
    kernel->value = value;
    return kernel;
  });
}

bool gansh_program_add_random(
    gansh_program *program, float *target, int64_t count, uint64_t stream, bool normal) {
  return add(program, [&] {
    auto kernel = std::make_unique<RandomKernel>();
    kernel->target = target;
    kernel->count = count;
    kernel->stream = stream;
    kernel->normal = normal;
    return kernel;
  });
}

bool gansh_program_add_kernel(
    gansh_program *program, const gansh_kernel *kernel, float *const *operands, void *scratch) {
  return add(program, [&] { return kernel->bind(operands, scratch); });
}

bool gansh_program_add_fused_kernel(
    gansh_program *program, const gansh_kernel *kernel, float *const *operands, void *scratch,
    const gansh_loop *loop, int32_t load) {
  if (!kernel->fuses_epilogue()) return false;
  return add(program, [&] { return kernel->bind_fused(operands, scratch, *loop, load); });
}

void gansh_program_run(gansh_program *program, uint64_t seed, uint32_t step) {
  const gansh::DenormalFlush flush;
  for (const auto &kernel : program->kernels) kernel->run(seed, step);
  gansh::stream().wait();
}

void gansh_program_profile(gansh_program *program, uint64_t seed, uint32_t step, double *seconds) {
  const gansh::DenormalFlush flush;
  using clock = std::chrono::steady_clock;
  for (size_t i = 0; i < program->kernels.size(); i++) {
    auto start = clock::now();
    program->kernels[i]->run(seed, step);
    gansh::stream().wait();
    seconds[i] += std::chrono::duration<double>(clock::now() - start).count();
  }
}
