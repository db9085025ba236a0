// Copies between strided layouts: transposes, broadcasts, slices.

#define COPY_PLANE(NAME, TYPE)                                                   \
  static void NAME(const TYPE *x, int64_t xs0, int64_t xs1, TYPE *out, int64_t os0, \
                   int64_t os1, int64_t n0, int64_t n1) {                        \
    if (xs1 == 1 && os1 == 1) {                                                  \
      for (int64_t i = 0; i < n0; i++) memcpy(out + i * os0, x + i * xs0, n1 * sizeof(TYPE)); \
    } else if (xs0 == 1 && os1 == 1) {                                           \
      /* A transpose, in tiles whose lines stay in cache. */                     \
      for (int64_t i0 = 0; i0 < n0; i0 += 16)                                    \
        for (int64_t j0 = 0; j0 < n1; j0 += 16) {                                \
          const int64_t i1 = i0 + 16 < n0 ? i0 + 16 : n0, j1 = j0 + 16 < n1 ? j0 + 16 : n1; \
          for (int64_t i = i0; i < i1; i++)                                      \
            for (int64_t j = j0; j < j1; j++) out[i * os0 + j] = x[i + j * xs1]; \
        }                                                                        \
    } else {                                                                     \
      for (int64_t i = 0; i < n0; i++)                                           \
        for (int64_t j = 0; j < n1; j++) out[i * os0 + j * os1] = x[i * xs0 + j * xs1]; \
    }                                                                            \
  }
COPY_PLANE(copy_plane_1, uint8_t)
COPY_PLANE(copy_plane_4, uint32_t)
COPY_PLANE(copy_plane_8, uint64_t)
#undef COPY_PLANE

// The last two dimensions are a plane; the others are walked recursively.
static void copy_from_dimension(const tern_strided_copy *p, int dimension, int64_t x, int64_t out,
                                int64_t begin, int64_t end) {
  const int64_t xs = p->x_strides[dimension], os = p->out_strides[dimension];
  const int planar = p->rank - dimension;
  if (planar <= 2) {
    const int64_t n1 = planar == 2 ? p->shape[dimension + 1] : 1;
    const int64_t xs1 = planar == 2 ? p->x_strides[dimension + 1] : 1;
    const int64_t os1 = planar == 2 ? p->out_strides[dimension + 1] : 1;
    x += begin * xs;
    out += begin * os;
    const int64_t n0 = end - begin;
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
