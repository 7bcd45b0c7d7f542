#include "Tiles.h"

#include "Library.h"

#if defined(__x86_64__)

#include <sys/syscall.h>
#include <unistd.h>

namespace gansh {
namespace {

/// The state of tiles takes 8 KB of each thread that uses them, and a program has to ask for it.
bool permission() {
  constexpr long request = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, request, tile_data) == 0;
}

}  // namespace

bool has_tiles() {
  static const bool has = [] {
    const int least = (int)dnnl::cpu_isa::avx512_core_amx;
    return ((int)dnnl::get_effective_cpu_isa() & least) == least && permission();
  }();
  return has;
}

}  // namespace gansh

#else

namespace gansh {
bool has_tiles() { return false; }
}  // namespace gansh

#endif
