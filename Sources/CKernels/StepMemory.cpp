#include "StepMemory.h"

#include <stdint.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "CKernels.h"
#include "Parallel.h"

namespace {

constexpr size_t block_size = 256, word_count = 4, block_count = word_count * 64;
alignas(64) char blocks[block_count][block_size];
/// A bit for each block; any thread may give back what another took.
std::atomic<uint64_t> taken[word_count];
std::atomic<int64_t> missed;
thread_local int depth;

void *take() {
  for (size_t word = 0; word < word_count; word++) {
    uint64_t now = taken[word].load(std::memory_order_relaxed);
    while (~now) {
      const size_t bit = (size_t)__builtin_ctzll(~now);
      if (taken[word].compare_exchange_weak(now, now | 1ull << bit, std::memory_order_acquire))
        return blocks[word * 64 + bit];
    }
  }
  return nullptr;
}

/// Whether the thread is within a kernel, whose other threads are the team's.
bool is_in_kernel() { return depth || omp_in_parallel(); }

}  // namespace

namespace gansh {

StepMemory::StepMemory() { depth++; }
StepMemory::~StepMemory() { depth--; }

}  // namespace gansh

int64_t gansh_heap_objects(void) { return missed; }

// A program may replace these; the other forms call them.

void *operator new(size_t size) {
  if (is_in_kernel()) {
    void *block = size <= block_size ? take() : nullptr;
    if (block) return block;
    missed++;
  }
  while (true) {
    if (void *memory = std::malloc(size ? size : 1)) return memory;
    auto handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}

void operator delete(void *memory) noexcept {
  const auto offset = (uintptr_t)memory - (uintptr_t)blocks;
  if (offset >= sizeof blocks) return std::free(memory);
  const size_t block = offset / block_size;
  taken[block / 64].fetch_and(~(1ull << block % 64), std::memory_order_release);
}

void operator delete(void *memory, size_t) noexcept { operator delete(memory); }
