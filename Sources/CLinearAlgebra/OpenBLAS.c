#include "OpenBLAS.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/// Names the kernels of an Intel processor for OpenBLAS, which takes those of SSE3 on one that is younger than it is: eigenvalues
/// and products then take three times as long (0.3.21 on Sapphire Rapids).
///
/// Before `main`, since the environment must not change once there are threads.
__attribute__((constructor)) static void chooseKernels(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_is("intel")) return;
  const char *name = NULL;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    name = "SkylakeX";
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    name = "Haswell";
  if (name) setenv("OPENBLAS_CORETYPE", name, 0);
}

/// What OpenBLAS maps for each processor at its start; where it is refused that, it asks for ever.
enum { bufferBytes = 128 << 20 };

static _Noreturn void end(const char *reason, const char *help) {
  fprintf(stderr, "error: OpenBLAS cannot be loaded: %s\n  help: %s\n", reason, help);
  exit(1);
}

static void *orEnd(void *found) {
  if (!found) end(dlerror(), "Debian's package of it is libopenblas0-openmp");
  return found;
}

static void checkMemory(void) {
  size_t bytes = (size_t)bufferBytes * (size_t)(sysconf(_SC_NPROCESSORS_ONLN) + 1);
  void *room = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) end("there is no room for its buffers", "raise the limit of memory (`ulimit -v`)");
  munmap(room, bytes);
}

OpenBLAS openblas_load(void) {
  checkMemory();
  void *library = orEnd(dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL));
  return (OpenBLAS){
      .sgemm = orEnd(dlsym(library, "cblas_sgemm")),
      .dgemm = orEnd(dlsym(library, "cblas_dgemm")),
      .dsymm = orEnd(dlsym(library, "cblas_dsymm")),
      .dsyrk = orEnd(dlsym(library, "cblas_dsyrk")),
      .dsyevd = orEnd(dlsym(library, "dsyevd_")),
      .dpstrf = orEnd(dlsym(library, "dpstrf_")),
  };
}
