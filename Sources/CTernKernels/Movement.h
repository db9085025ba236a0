// Copies between strided layouts: transposes, broadcasts, slices.

// Transposes of square tiles in registers, by halves: rows i and i + n/2 exchange blocks.
typedef uint32_t u4x8 __attribute__((ext_vector_type(8)));
typedef uint64_t u8x4 __attribute__((ext_vector_type(4)));

ALWAYS_INLINE void transpose_8x8_4(const uint32_t *x, int64_t xs, uint32_t *out, int64_t os) {
  u4x8 r[8], t[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) memcpy(&r[i], x + i * xs, 32);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    t[i] = __builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    t[i + 4] = __builtin_shufflevector(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4)
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      r[i + j] = __builtin_shufflevector(t[i + j], t[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      r[i + j + 2] = __builtin_shufflevector(t[i + j], t[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) memcpy(out + i * os, &t[i], 32);
}

ALWAYS_INLINE void transpose_4x4_8(const uint64_t *x, int64_t xs, uint64_t *out, int64_t os) {
  u8x4 r[4], t[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) memcpy(&r[i], x + i * xs, 32);
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
    t[i] = __builtin_shufflevector(r[i], r[i + 2], 0, 1, 4, 5);
    t[i + 2] = __builtin_shufflevector(r[i], r[i + 2], 2, 3, 6, 7);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i += 2) {
    r[i] = __builtin_shufflevector(t[i], t[i + 1], 0, 4, 2, 6);
    r[i + 1] = __builtin_shufflevector(t[i], t[i + 1], 1, 5, 3, 7);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) memcpy(out + i * os, &r[i], 32);
}

ALWAYS_INLINE void transpose_1x1_1(const uint8_t *x, int64_t xs, uint8_t *out, int64_t os) { *out = *x; }

// Where a tile begins: the last one lies over a part of that before where the plane is no whole number of them.
#define LAST(i, n, TILE) ((i) < (n) - TILE ? (i) : (n) - TILE)

#define COPY_PLANE(NAME, TYPE, TILE, TRANSPOSE) \
  static void NAME(const TYPE *x, int64_t xs0, int64_t xs1, TYPE *out, int64_t os0, int64_t os1, int64_t n0, \
                   int64_t n1) { \
    if (xs1 == 1 && os1 == 1) { \
      for (int64_t i = 0; i < n0; i++) memcpy(out + i * os0, x + i * xs0, n1 * sizeof(TYPE)); \
    } else if (xs0 == 1 && os1 == 1 && n0 >= TILE && n1 >= TILE) { \
      for (int64_t i = 0; i < n0; i += TILE) \
        for (int64_t j = 0; j < n1; j += TILE) \
          TRANSPOSE(x + LAST(i, n0, TILE) + LAST(j, n1, TILE) * xs1, xs1, \
                    out + LAST(i, n0, TILE) * os0 + LAST(j, n1, TILE), os0); \
    } else { \
      for (int64_t i = 0; i < n0; i++) \
        for (int64_t j = 0; j < n1; j++) out[i * os0 + j * os1] = x[i * xs0 + j * xs1]; \
    } \
  }
COPY_PLANE(copy_plane_1, uint8_t, 1, transpose_1x1_1)
COPY_PLANE(copy_plane_4, uint32_t, 8, transpose_8x8_4)
COPY_PLANE(copy_plane_8, uint64_t, 4, transpose_4x4_8)
#undef COPY_PLANE
#undef LAST

// The last two dimensions are a plane; the others are walked recursively.
static void copy_from_dimension(const tern_strided_copy *p, int dimension, int64_t x, int64_t out, int64_t begin,
                                int64_t end) {
  const int64_t xs = p->x_strides[dimension], os = p->out_strides[dimension];
  const int planar = p->rank - dimension;
  if (planar <= 2) {
    const int64_t n1 = planar == 2 ? p->shape[dimension + 1] : 1;
    const int64_t xs1 = planar == 2 ? p->x_strides[dimension + 1] : 1;
    const int64_t os1 = planar == 2 ? p->out_strides[dimension + 1] : 1;
    x += begin * xs;
    out += begin * os;
    const int64_t n0 = end - begin;
    if (planar == 1 && xs == 1 && os == 1) {
      const int64_t size = p->element_size;
      memcpy((char *)p->out + out * size, (const char *)p->x + x * size, n0 * size);
      return;
    }
    switch (p->element_size) {
      case 1:
        copy_plane_1((const uint8_t *)p->x + x, xs, xs1, (uint8_t *)p->out + out, os, os1, n0, n1);
        break;
      case 4:
        copy_plane_4((const uint32_t *)p->x + x, xs, xs1, (uint32_t *)p->out + out, os, os1, n0, n1);
        break;
      default:
        copy_plane_8((const uint64_t *)p->x + x, xs, xs1, (uint64_t *)p->out + out, os, os1, n0, n1);
    }
    return;
  }
  for (int64_t i = begin; i < end; i++)
    copy_from_dimension(p, dimension + 1, x + i * xs, out + i * os, 0, p->shape[dimension + 1]);
}

static void strided_copy(const void *arguments, int64_t begin, int64_t end) {
  copy_from_dimension(arguments, 0, 0, 0, begin, end);
}

// Rows picked from all over a large array: their lines are asked for ahead of time.
ALWAYS_INLINE void take_rows_of(const tern_take_rows *p, int64_t begin, int64_t end, const int64_t bytes) {
  enum { ahead = 12 };
  const char *x = p->x;
  for (int64_t i = begin; i < end; i++) {
    if (i + ahead < end) {
      const char *next = x + p->index[i + ahead] * bytes;
      __builtin_prefetch(next);
      if (bytes > 64) __builtin_prefetch(next + bytes - 1);
    }
    memcpy((char *)p->out + i * bytes, x + p->index[i] * bytes, bytes);
  }
}

static void take_rows(const void *arguments, int64_t begin, int64_t end) {
  const tern_take_rows *p = arguments;
  // Short rows of common lengths are moved without a call.
  switch (p->row_bytes) {
#define ROWS(BYTES) \
  case BYTES: \
    take_rows_of(p, begin, end, BYTES); \
    break;
    ROWS(4)
    ROWS(8)
    ROWS(12)
    ROWS(16)
    ROWS(24)
    ROWS(32)
    ROWS(64)
#undef ROWS
    default:
      take_rows_of(p, begin, end, p->row_bytes);
  }
}
