#include <cblas.h>

// LAPACK's Fortran entry points (part of OpenBLAS): least squares by the
// singular value decomposition, divide and conquer.
void dgelsd_(const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b, const int *ldb,
             double *s, const double *rcond, int *rank, double *work, const int *lwork, int *iwork, int *info);

// Cholesky's decomposition.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);

// The singular value decomposition, divide and conquer.
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s, double *u,
             const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *iwork, int *info);

// Eigenvalues and vectors of a symmetric matrix, divide and conquer.
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
             const int *lwork, int *iwork, const int *liwork, int *info);
