// What is called of OpenBLAS: products of BLAS, and of LAPACK a Cholesky factor and eigenvalues.
//
// The library is loaded at its first call and not with the program: its start takes two milliseconds and a buffer for each thread.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// OpenBLAS' functions, with integers of 32 bits.
typedef struct {
  void (*sgemm)(
      int order, int transposeA, int transposeB, int m, int n, int k, float alpha, const float *a, int strideA,
      const float *b, int strideB, float beta, float *c, int strideC);
  void (*dgemm)(
      int order, int transposeA, int transposeB, int m, int n, int k, double alpha, const double *a, int strideA,
      const double *b, int strideB, double beta, double *c, int strideC);
  void (*dsymm)(
      int order, int side, int triangle, int m, int n, double alpha, const double *a, int strideA, const double *b,
      int strideB, double beta, double *c, int strideC);
  void (*dsyrk)(
      int order, int triangle, int transpose, int n, int k, double alpha, const double *a, int strideA, double beta,
      double *c, int strideC);
  /// Eigenvalues of a symmetric matrix, smallest first.
  void (*dsyevd)(
      const char *job, const char *triangle, const int *size, double *matrix, const int *stride,
      double *eigenvalues, double *work, const int *workCount, int *integers, const int *integerCount, int *info);
  /// The Cholesky factor, with pivots, of a symmetric matrix without negative eigenvalues.
  void (*dpstrf)(
      const char *triangle, const int *size, double *matrix, const int *stride, int *pivots, int *rank,
      const double *tolerance, double *work, int *info);
} OpenBLAS;

/// Loads the library. Where it is missing the program ends with a message, as where other libraries are.
OpenBLAS openblas_load(void);

#ifdef __cplusplus
}
#endif
