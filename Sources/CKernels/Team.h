// The threads that compute: gansh's kernels and oneDNN's share them.
#pragma once

namespace gansh {

/// Processors that the program may use.
int processors();

/// How many parts the work of the calling thread is cut into from here on, each for a thread.
///
/// - Returns: false where so many threads cannot be started.
bool set_threads(int count);

/// A flag of `GOMP_parallel` beyond those of OpenMP: no part waits for another.
constexpr unsigned independent_parts = 1u << 31;

}  // namespace gansh

// What oneDNN calls of OpenMP. The program's definitions go before libgomp's, so that there is one team.
extern "C" {
/// Calls `body` once for each of `threads` parts (0: as many as `set_threads` said), on as many threads.
void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
/// Waits until every part of the region has come here.
void GOMP_barrier(void);
/// The part that the calling thread works on.
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_max_threads(void);
int omp_in_parallel(void);
}
