#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), \
                             apply_to = function)
#define TERN_AVX512 1
#define TERN_VECTOR_BYTES 64
#if defined(__linux__)
#define TERN_VECTOR_REGISTER "zmm"
#define TERN_VECTOR_LIBRARY_F32 "_ZGVeN16"
#define TERN_VECTOR_LIBRARY_F64 "_ZGVeN8"
#endif
#define TERN_TABLE tern_kernels_avx512
#define TERN_TABLE_NAME "avx512"
#define TERN_REGISTERS 32
#include "Kernels.h"
#pragma clang attribute pop
#endif
