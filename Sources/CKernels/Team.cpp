// A region of work has numbered parts, and results depend on the parts only. A thread of the team takes
// its own part first and then whichever nobody has begun, so that a thread which another process keeps
// from running is not waited for unless it is in the middle of a part.
//
// Parts may wait for one another, as some of oneDNN's do: there are as many threads as parts, and a thread
// that is not in the middle of a part takes one that nobody has begun.
//
// A thread that another process keeps from running in the middle of a part is waited for. Where that
// happens, a processor is not to be had, and the caller computes parts that do not wait for one another
// by itself for a while.
#include "Team.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "DenormalFlush.h"

namespace gansh {

int processors() {
  static const int count = [] {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
  }();
  return count;
}

}  // namespace gansh

namespace {

using Clock = std::chrono::steady_clock;

/// How long a thread spins for the next region, or for the last part of one, before it sleeps.
/// Regions of a step follow each other within microseconds, and to be woken takes tens of them.
constexpr auto patience = std::chrono::microseconds(50);
/// Who waits at least so long, and longer than its own parts took, waits for a thread that does not run.
constexpr auto stall = std::chrono::microseconds(200);
/// How long a caller computes alone after a stall. Doubled at a further stall that comes soon.
constexpr auto shortest_retreat = std::chrono::milliseconds(4);
constexpr auto longest_retreat = std::chrono::milliseconds(128);
constexpr size_t stack_size = 8 << 20;
constexpr int most_threads = 1024;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

using Word = std::atomic<uint32_t>;

void sleep_while(Word &word, uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void wake(Word &word, int count) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

/// Threads of all teams that compute or spin. Where there are more than processors, nobody spins.
std::atomic<int> awake{0};

/// Spins until something holds; false when that takes too long.
template <typename Condition>
bool spin(Condition &&holds) {
  if (holds()) return true;
  if (awake.load(std::memory_order_relaxed) > gansh::processors()) return false;
  const auto end = Clock::now() + patience;
  while (true) {
    for (int i = 0; i < 32; i++) {
      pause();
      if (holds()) return true;
    }
    if (Clock::now() > end) return false;
  }
}

class Team;

/// What the calling thread is in the middle of.
struct Place {
  Team *team = nullptr;
  int part = 0, parts = 1;
};
thread_local Place place;
/// Of the regions that the calling thread opens; 0: one for each processor.
thread_local int width = 0;

/// The threads that compute for one other, which opens the regions and computes with them.
class Team {
public:
  ~Team() {
    is_ending.store(true);
    next(generation.load() + 1);
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
  }

  /// Has threads for so many parts, that of the caller included.
  bool reserve(int parts) {
    while ((int)threads.size() + 1 < parts)
      if (!start((int)threads.size() + 1)) return false;
    return true;
  }

  void run(void (*body)(void *), void *data, int parts) {
    const auto begin = Clock::now();
    const uint64_t region = generation.load(std::memory_order_relaxed) + 1;
    Work &work = works[region % 2];
    work.body.store(body, std::memory_order_relaxed);
    work.data.store(data, std::memory_order_relaxed);
    work.parts.store(parts, std::memory_order_relaxed);
    done.store(0, std::memory_order_relaxed);
    awake.fetch_add(1, std::memory_order_relaxed);
    next(region);
    take_parts(region, 0, body, data, parts);
    auto is_done = [&] { return done.load(std::memory_order_acquire) == (uint32_t)parts; };
    const auto wait = Clock::now();
    const bool was_short = spin(is_done);
    awake.fetch_sub(1, std::memory_order_relaxed);
    if (was_short) return;
    is_waited_for.store(true);
    for (uint32_t now; (now = done.load()) != (uint32_t)parts;) sleep_while(done, now);
    is_waited_for.store(false);
    const auto end = Clock::now();
    if (end - wait > std::max<Clock::duration>(stall, wait - begin)) retreat(end);
  }

  /// Computes all parts on the calling thread, where it is to do so for now.
  bool run_alone(void (*body)(void *), void *data, int parts) {
    if (!is_alone) return false;
    if (Clock::now() > alone_until) {
      is_alone = false;
      return false;
    }
    place = {this, 0, parts};
    for (; place.part < parts; place.part++) body(data);
    place = {};
    return true;
  }

  void barrier() {
    const uint32_t turn = turns.load(std::memory_order_acquire);
    if (arrived.fetch_add(1) + 1 == place.parts) {
      arrived.store(0, std::memory_order_relaxed);
      turns.store(turn + 1);
      wake(turns, place.parts);
      return;
    }
    if (spin([&] { return turns.load(std::memory_order_acquire) != turn; })) return;
    while (turns.load() == turn) sleep_while(turns, turn);
  }

private:
  /// What a region does. There are two in turn: one is not written again before whoever read it late can
  /// see that it is over.
  struct Work {
    std::atomic<void (*)(void *)> body{nullptr};
    std::atomic<void *> data{nullptr};
    std::atomic<int> parts{0};
  };

  /// The latest region of which somebody took this part.
  struct alignas(64) Claim {
    std::atomic<uint64_t> region{0};
  };

  struct Start {
    Team *team;
    int number;
    uint64_t seen;
  };

  std::vector<pthread_t> threads;
  /// Whether the caller computes without the others, and until when.
  bool is_alone = false;
  Clock::time_point alone_until{};
  Clock::duration latest_retreat{};
  std::unique_ptr<Claim[]> claims{new Claim[most_threads]};
  alignas(64) std::atomic<uint64_t> generation{0};
  /// The low word of `generation`, to sleep on.
  Word call{0};
  std::atomic<int> asleep{0};
  std::atomic<bool> is_ending{false};
  Work works[2];
  alignas(64) Word done{0};
  std::atomic<bool> is_waited_for{false};
  alignas(64) std::atomic<int> arrived{0};
  Word turns{0};

  /// Opens a region.
  void next(uint64_t region) {
    generation.store(region, std::memory_order_release);
    call.store((uint32_t)region);
    if (asleep.load() > 0) wake(call, most_threads);
  }

  /// The caller computes alone from now on, for longer where it has just come back from doing so.
  void retreat(Clock::time_point now) {
    const bool is_soon = now - alone_until < 4 * latest_retreat;
    latest_retreat = is_soon ? std::min<Clock::duration>(2 * latest_retreat, longest_retreat)
                             : Clock::duration(shortest_retreat);
    alone_until = now + latest_retreat;
    is_alone = true;
  }

  bool start(int number) {
    auto start = std::make_unique<Start>(Start{this, number, generation.load()});
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes)) return false;
    pthread_attr_setstacksize(&attributes, stack_size);
    sigset_t all, before;  // signals are for the threads that listen for them
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    auto body = [](void *given) -> void * {
      std::unique_ptr<Start> start(static_cast<Start *>(given));
      start->team->compute(start->number, start->seen);
      return nullptr;
    };
    const int failure = pthread_create(&thread, &attributes, body, start.get());
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (failure) return false;
    start.release();
    pthread_setname_np(thread, "kernels");
    threads.push_back(thread);
    return true;
  }

  /// The life of a thread of the team.
  void compute(int number, uint64_t seen) {
    const gansh::DenormalFlush flush;
    awake.fetch_add(1, std::memory_order_relaxed);
    while (true) {
      const uint64_t region = await(seen);
      if (is_ending.load()) break;
      seen = region;
      const Work &work = works[region % 2];
      auto body = work.body.load(std::memory_order_relaxed);
      auto data = work.data.load(std::memory_order_relaxed);
      const int parts = work.parts.load(std::memory_order_relaxed);
      // A later region may have been written over what was read: then this one is over.
      std::atomic_thread_fence(std::memory_order_acquire);
      if (generation.load(std::memory_order_relaxed) != region) continue;
      take_parts(region, number, body, data, parts);
    }
    awake.fetch_sub(1, std::memory_order_relaxed);
  }

  /// The latest region, when it is another than the one seen.
  uint64_t await(uint64_t seen) {
    auto is_new = [&] { return generation.load(std::memory_order_acquire) != seen; };
    if (!spin(is_new)) {
      awake.fetch_sub(1, std::memory_order_relaxed);
      asleep.fetch_add(1);
      while (call.load() == (uint32_t)seen) sleep_while(call, (uint32_t)seen);
      asleep.fetch_sub(1);
      awake.fetch_add(1, std::memory_order_relaxed);
    }
    return generation.load(std::memory_order_acquire);
  }

  void take_parts(uint64_t region, int first, void (*body)(void *), void *data, int parts) {
    place = {this, 0, parts};
    for (int i = 0; i < parts; i++) {
      const int part = (first + i) % parts;
      auto &claim = claims[(size_t)part].region;
      uint64_t latest = claim.load(std::memory_order_relaxed);
      if (latest >= region || !claim.compare_exchange_strong(latest, region)) continue;
      place.part = part;
      body(data);
      if (done.fetch_add(1) + 1 == (uint32_t)parts && is_waited_for.load()) wake(done, 1);
    }
    place = {};
  }
};

thread_local std::unique_ptr<Team> team;

}  // namespace

namespace gansh {

bool set_threads(int count) {
  width = std::min(std::max(count, 0), most_threads);
  if (omp_get_max_threads() < 2) return true;
  if (!team) team.reset(new (std::nothrow) Team);
  if (team && team->reserve(omp_get_max_threads())) return true;
  team.reset();  // those that were started would take room for the rest of the program
  return false;
}

}  // namespace gansh

void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
  int parts = threads ? (int)std::min<unsigned>(threads, most_threads) : omp_get_max_threads();
  if (parts > 1 && !place.team) {
    if (!team) team = std::make_unique<Team>();
    // Parts that wait for one another would wait for ever for a thread that is not there.
    if (!team->reserve(parts)) std::abort();
    if (flags == gansh::independent_parts && team->run_alone(body, data, parts)) return;
    return team->run(body, data, parts);
  }
  // Within a region a thread computes alone.
  const Place before = place;
  place.part = 0;
  place.parts = 1;
  body(data);
  place = before;
}

void GOMP_barrier(void) {
  if (place.parts > 1) place.team->barrier();
}

int omp_get_thread_num(void) { return place.part; }
int omp_get_num_threads(void) { return place.parts; }
int omp_get_max_threads(void) { return width ? width : gansh::processors(); }
int omp_in_parallel(void) { return place.team != nullptr; }
