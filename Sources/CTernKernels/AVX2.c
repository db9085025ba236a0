#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define TERN_AVX2 1
#define TERN_VECTOR_BYTES 32
#if defined(__linux__)
#define TERN_VECTOR_REGISTER "ymm"
#define TERN_VECTOR_LIBRARY_F32 "_ZGVdN8"
#define TERN_VECTOR_LIBRARY_F64 "_ZGVdN4"
#endif
#define TERN_TABLE tern_kernels_avx2
#define TERN_TABLE_NAME "avx2"
#define TERN_REGISTERS 16
#include "Kernels.h"
#pragma clang attribute pop
#endif
