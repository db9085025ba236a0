// Vector types and the few operations whose spelling depends on the instruction
// set. Included once by each of AVX512.c, AVX2.c and Portable.c, which define
// TERN_VECTOR_BYTES.
#include <math.h>
#include <string.h>
#include "CTernKernels.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum { lanes_f32 = TERN_VECTOR_BYTES / 4, lanes_f64 = TERN_VECTOR_BYTES / 8 };

typedef float v_f32 __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 4)));
typedef double v_f64 __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 8)));
typedef int32_t m_f32 __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 4)));
typedef int64_t m_f64 __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 8)));
typedef int8_t b_f32 __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 4)));
typedef int8_t b_f64 __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 8)));

ALWAYS_INLINE v_f32 load_f32(const float *p) {
  v_f32 v;
  memcpy(&v, p, sizeof v);
  return v;
}
ALWAYS_INLINE v_f64 load_f64(const double *p) {
  v_f64 v;
  memcpy(&v, p, sizeof v);
  return v;
}
ALWAYS_INLINE void store_f32(float *p, v_f32 v) { memcpy(p, &v, sizeof v); }
ALWAYS_INLINE void store_f64(double *p, v_f64 v) { memcpy(p, &v, sizeof v); }
ALWAYS_INLINE v_f32 splat_f32(float x) { return x - (v_f32){0}; }
ALWAYS_INLINE v_f64 splat_f64(double x) { return x - (v_f64){0}; }

// Memory of this thread that the next call overwrites, aligned to a cache line; it grows at
// need and is kept.
void *tern_scratch(int64_t bytes);

// The first `n` lanes of a vector, 0 < n < lanes; memory past them is not touched.
#if defined(TERN_AVX512) || defined(TERN_AVX2)
#include <immintrin.h>
#endif
#if defined(TERN_AVX512)
ALWAYS_INLINE v_f32 load_part_f32(const float *p, int64_t n) {
  return (v_f32)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}
ALWAYS_INLINE v_f64 load_part_f64(const double *p, int64_t n) {
  return (v_f64)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1), p);
}
ALWAYS_INLINE void store_part_f32(float *p, v_f32 v, int64_t n) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}
ALWAYS_INLINE void store_part_f64(double *p, v_f64 v, int64_t n) {
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << n) - 1), (__m512d)v);
}

// Which lanes of a vector are meant: `positive` are those above 0, and NaNs.
typedef __mmask16 k_f32;
typedef __mmask8 k_f64;
ALWAYS_INLINE k_f32 positive_f32(v_f32 v) { return _mm512_cmp_ps_mask((__m512)v, _mm512_setzero_ps(), _CMP_NLE_UQ); }
ALWAYS_INLINE k_f64 positive_f64(v_f64 v) { return _mm512_cmp_pd_mask((__m512d)v, _mm512_setzero_pd(), _CMP_NLE_UQ); }
ALWAYS_INLINE v_f32 add_where_f32(v_f32 sum, k_f32 lanes, v_f32 x) {
  return (v_f32)_mm512_mask_add_ps((__m512)sum, lanes, (__m512)sum, (__m512)x);
}
ALWAYS_INLINE v_f64 add_where_f64(v_f64 sum, k_f64 lanes, v_f64 x) {
  return (v_f64)_mm512_mask_add_pd((__m512d)sum, lanes, (__m512d)sum, (__m512d)x);
}
ALWAYS_INLINE k_f32 first_f32(k_f32 lanes, int64_t n) { return n < 16 ? lanes & (k_f32)((1u << n) - 1) : lanes; }
ALWAYS_INLINE k_f64 first_f64(k_f64 lanes, int64_t n) { return n < 8 ? lanes & (k_f64)((1u << n) - 1) : lanes; }
ALWAYS_INLINE int64_t count_f32(k_f32 lanes) { return __builtin_popcount(lanes); }
ALWAYS_INLINE int64_t count_f64(k_f64 lanes) { return __builtin_popcount(lanes); }

// Half vectors, which cost half of a whole one; up to all of their lanes.
typedef float h_f32 __attribute__((ext_vector_type(8)));
typedef double h_f64 __attribute__((ext_vector_type(4)));
ALWAYS_INLINE h_f32 load_half_f32(const float *p, int64_t n) {
  return (h_f32)_mm256_maskz_loadu_ps((__mmask8)((1u << n) - 1), p);
}
ALWAYS_INLINE h_f64 load_half_f64(const double *p, int64_t n) {
  return (h_f64)_mm256_maskz_loadu_pd((__mmask8)((1u << n) - 1), p);
}
ALWAYS_INLINE void store_half_f32(float *p, h_f32 v, int64_t n) {
  _mm256_mask_storeu_ps(p, (__mmask8)((1u << n) - 1), (__m256)v);
}
ALWAYS_INLINE void store_half_f64(double *p, h_f64 v, int64_t n) {
  _mm256_mask_storeu_pd(p, (__mmask8)((1u << n) - 1), (__m256d)v);
}
#elif defined(TERN_AVX2)
ALWAYS_INLINE __m256i first_lanes_f32(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
ALWAYS_INLINE __m256i first_lanes_f64(int64_t n) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
ALWAYS_INLINE v_f32 load_part_f32(const float *p, int64_t n) {
  return (v_f32)_mm256_maskload_ps(p, first_lanes_f32(n));
}
ALWAYS_INLINE v_f64 load_part_f64(const double *p, int64_t n) {
  return (v_f64)_mm256_maskload_pd(p, first_lanes_f64(n));
}
// In parts, since a masked store of floats takes a dozen cycles on Zen.
ALWAYS_INLINE void store_part_f32(float *p, v_f32 v, int64_t n) {
  __m128 part = _mm256_castps256_ps128((__m256)v);
  if (n & 4) {
    _mm_storeu_ps(p, part);
    part = _mm256_extractf128_ps((__m256)v, 1);
    p += 4;
  }
  if (n & 2) {
    _mm_storel_pi((__m64 *)p, part);
    part = _mm_movehl_ps(part, part);
    p += 2;
  }
  if (n & 1) _mm_store_ss(p, part);
}
ALWAYS_INLINE void store_part_f64(double *p, v_f64 v, int64_t n) {
  _mm256_maskstore_pd(p, first_lanes_f64(n), (__m256d)v);
}
#else
ALWAYS_INLINE v_f32 load_part_f32(const float *p, int64_t n) {
  v_f32 v = {0};
  for (int64_t i = 0; i < n; i++) v[i] = p[i];
  return v;
}
ALWAYS_INLINE v_f64 load_part_f64(const double *p, int64_t n) {
  v_f64 v = {0};
  for (int64_t i = 0; i < n; i++) v[i] = p[i];
  return v;
}
ALWAYS_INLINE void store_part_f32(float *p, v_f32 v, int64_t n) {
  for (int64_t i = 0; i < n; i++) p[i] = v[i];
}
ALWAYS_INLINE void store_part_f64(double *p, v_f64 v, int64_t n) {
  for (int64_t i = 0; i < n; i++) p[i] = v[i];
}
#endif

#if !defined(TERN_AVX512)
typedef m_f32 k_f32;
typedef m_f64 k_f64;
ALWAYS_INLINE k_f32 positive_f32(v_f32 v) { return ~(v <= (v_f32){0}); }
ALWAYS_INLINE k_f64 positive_f64(v_f64 v) { return ~(v <= (v_f64){0}); }
ALWAYS_INLINE v_f32 add_where_f32(v_f32 sum, k_f32 lanes, v_f32 x) { return sum + (v_f32)(lanes & (m_f32)x); }
ALWAYS_INLINE v_f64 add_where_f64(v_f64 sum, k_f64 lanes, v_f64 x) { return sum + (v_f64)(lanes & (m_f64)x); }
ALWAYS_INLINE k_f32 first_f32(k_f32 lanes, int64_t n) {
  for (int64_t i = n; i < lanes_f32; i++) lanes[i] = 0;
  return lanes;
}
ALWAYS_INLINE k_f64 first_f64(k_f64 lanes, int64_t n) {
  for (int64_t i = n; i < lanes_f64; i++) lanes[i] = 0;
  return lanes;
}
ALWAYS_INLINE int64_t count_f32(k_f32 lanes) {
  int64_t n = 0;
  for (int i = 0; i < lanes_f32; i++) n -= lanes[i];
  return n;
}
ALWAYS_INLINE int64_t count_f64(k_f64 lanes) {
  int64_t n = 0;
  for (int i = 0; i < lanes_f64; i++) n -= lanes[i];
  return n;
}
#endif

ALWAYS_INLINE v_f32 blend_f32(m_f32 mask, v_f32 a, v_f32 b) { return mask ? a : b; }
ALWAYS_INLINE v_f64 blend_f64(m_f64 mask, v_f64 a, v_f64 b) { return mask ? a : b; }

// Mathematical functions: glibc's vector library on x86-64 (at most 4 units in
// the last place), libm lane by lane elsewhere.
#define MATH_FUNCTIONS(F) \
  F(exp) \
  F(exp2) F(expm1) F(log) F(log2) F(log1p) F(sin) F(cos) F(tan) F(sinh) F(cosh) F(tanh) F(asin) F(acos) F(atan) F(erf)
#define MATH_FUNCTIONS_2(F) F(pow) F(atan2)

#if defined(TERN_VECTOR_LIBRARY_F32)
// The library takes vectors in registers. A compiler that may use wide vectors in some functions only passes them in
// memory, so each function is called from assembly: operands in memory, the result over the first.
#define CALL_LIBRARY(arity, name, LOADS) \
  __asm__("pushq %rbx\n.cfi_def_cfa_offset 16\n.cfi_offset %rbx, -16\n" \
          "movq %rdi, %rbx\n" LOADS "call " arity name "@PLT\n" \
          "vmovups %" TERN_VECTOR_REGISTER "0, (%rbx)\n" \
          "vzeroupper\npopq %rbx\n.cfi_def_cfa_offset 8\nretq")
#define LOAD_X "vmovups (%rdi), %" TERN_VECTOR_REGISTER "0\n"
#define LOAD_Y "vmovups (%rsi), %" TERN_VECTOR_REGISTER "1\n"
#define CALLED __attribute__((naked, noinline, unused)) static void
#define DEFINE_MATH(name) \
  CALLED call_##name##_f32(v_f32 *x) { CALL_LIBRARY(TERN_VECTOR_LIBRARY_F32 "v_", #name "f", LOAD_X); } \
  CALLED call_##name##_f64(v_f64 *x) { CALL_LIBRARY(TERN_VECTOR_LIBRARY_F64 "v_", #name, LOAD_X); } \
  ALWAYS_INLINE v_f32 name##_f32(v_f32 x) { \
    call_##name##_f32(&x); \
    return x; \
  } \
  ALWAYS_INLINE v_f64 name##_f64(v_f64 x) { \
    call_##name##_f64(&x); \
    return x; \
  }
#define DEFINE_MATH_2(name) \
  CALLED call_##name##_f32(v_f32 *x, const v_f32 *y) { \
    CALL_LIBRARY(TERN_VECTOR_LIBRARY_F32 "vv_", #name "f", LOAD_X LOAD_Y); \
  } \
  CALLED call_##name##_f64(v_f64 *x, const v_f64 *y) { \
    CALL_LIBRARY(TERN_VECTOR_LIBRARY_F64 "vv_", #name, LOAD_X LOAD_Y); \
  } \
  ALWAYS_INLINE v_f32 name##_f32(v_f32 x, v_f32 y) { \
    call_##name##_f32(&x, &y); \
    return x; \
  } \
  ALWAYS_INLINE v_f64 name##_f64(v_f64 x, v_f64 y) { \
    call_##name##_f64(&x, &y); \
    return x; \
  }
#else
#define DEFINE_MATH(name) \
  ALWAYS_INLINE v_f32 name##_f32(v_f32 x) { \
    for (int i = 0; i < lanes_f32; i++) x[i] = name##f(x[i]); \
    return x; \
  } \
  ALWAYS_INLINE v_f64 name##_f64(v_f64 x) { \
    for (int i = 0; i < lanes_f64; i++) x[i] = name(x[i]); \
    return x; \
  }
#define DEFINE_MATH_2(name) \
  ALWAYS_INLINE v_f32 name##_f32(v_f32 x, v_f32 y) { \
    for (int i = 0; i < lanes_f32; i++) x[i] = name##f(x[i], y[i]); \
    return x; \
  } \
  ALWAYS_INLINE v_f64 name##_f64(v_f64 x, v_f64 y) { \
    for (int i = 0; i < lanes_f64; i++) x[i] = name(x[i], y[i]); \
    return x; \
  }
#endif

MATH_FUNCTIONS(DEFINE_MATH)
MATH_FUNCTIONS_2(DEFINE_MATH_2)
