#include "OpenBLAS.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

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

static void *orEnd(void *found) {
  if (!found) {
    fprintf(stderr, "error: OpenBLAS cannot be loaded: %s\n  help: install Debian's libopenblas0-openmp\n", dlerror());
    exit(1);
  }
  return found;
}

OpenBLAS openblas_load(void) {
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
