// How gansh's kernels use the team of threads.
#pragma once

#include <stdint.h>

#include <atomic>
#include <type_traits>

#include "Team.h"

namespace gansh {

/// Calls `body(thread, threads)` for each of so many parts, each once. Which thread takes which part is
/// not the same every time, so that no part may wait for another.
template <typename Body>
void parallel(int threads, Body &&body) {
  if (threads <= 1) {
    body(0, 1);
    return;
  }
  using Function = std::remove_reference_t<Body>;
  GOMP_parallel(
      [](void *data) {
        (*static_cast<Function *>(data))(omp_get_thread_num(), omp_get_num_threads());
      },
      const_cast<void *>(static_cast<const void *>(&body)), static_cast<unsigned>(threads),
      independent_parts);
}

/// Calls `body(piece, thread)` for each of so many pieces of work, one after another on each thread until there are no
/// more: a thread that another program slows down does fewer, and nobody waits for it. Results must not depend on
/// which thread does which piece, nor on the order; `thread` is for memory to work in.
template <typename Body>
void parallel_pieces(int threads, int64_t pieces, Body &&body) {
  std::atomic<int64_t> next{0};
  parallel(pieces < threads ? (int)pieces : threads, [&](int thread, int) {
    for (int64_t piece; (piece = next.fetch_add(1, std::memory_order_relaxed)) < pieces;) body(piece, thread);
  });
}

/// How many pieces work is cut into for so many threads: few enough that their sums are soon added up, and so many that
/// the slower thread does fewer; of little work, one for each thread.
inline int64_t pieces_for(int threads, int64_t count, bool is_little = false) {
  const int64_t pieces = threads > 1 && !is_little ? 4 * (int64_t)threads : threads;
  return pieces < count ? pieces : count < 1 ? 1 : count;
}

/// The part of `count` that a thread takes: contiguous, and the same for the same numbers.
inline void share(int64_t count, int64_t thread, int64_t threads, int64_t &begin, int64_t &end) {
  begin = count * thread / threads;
  end = count * (thread + 1) / threads;
}

}  // namespace gansh

// Loops are compiled for the instruction sets that matter and chosen when the program starts.
#if defined(__x86_64__)
#define GANSH_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GANSH_CLONES
#endif
#define GANSH_INLINE static inline __attribute__((always_inline))
