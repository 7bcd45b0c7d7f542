// BLAS as OpenBLAS has it, and what is needed of LAPACK, which has no header of its own there.
#include <cblas.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Eigenvalues of a symmetric matrix, smallest first.
void dsyevd_(
    const char *job, const char *triangle, const int *size, double *matrix, const int *stride,
    double *eigenvalues, double *work, const int *workCount, int *integers, const int *integerCount,
    int *info);

/// The Cholesky factor, with pivots, of a symmetric matrix without negative eigenvalues.
void dpstrf_(
    const char *triangle, const int *size, double *matrix, const int *stride, int *pivots, int *rank,
    const double *tolerance, double *work, int *info);

#ifdef __cplusplus
}
#endif
