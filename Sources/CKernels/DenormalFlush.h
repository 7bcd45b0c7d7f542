// How a thread computes with denormal numbers: not at all.
#pragma once

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace gansh {

/// While it lives, the thread that made it takes denormal operands as zero and gives zero for denormal results (MXCSR's
/// DAZ and FTZ). A processor takes an operation on them apart, which costs a hundred cycles a vector and more, and a
/// training has many: squares of small gradients, and moments of weights that no gradient reaches any more.
class DenormalFlush {
 public:
#if defined(__x86_64__)
  DenormalFlush() : before(_mm_getcsr()) { _mm_setcsr(before | flush_to_zero | denormals_are_zero); }
  ~DenormalFlush() { _mm_setcsr(before); }
#else
  DenormalFlush() {}
#endif
  DenormalFlush(const DenormalFlush &) = delete;
  DenormalFlush &operator=(const DenormalFlush &) = delete;

#if defined(__x86_64__)
 private:
  static constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  unsigned before;
#endif
};

}  // namespace gansh
