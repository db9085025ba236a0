// Means over all places of a convolution followed by relu, and what their gradient needs, with
// vectors along rows of the grid. What the convolution gives is never stored: only, for a few
// rows at a time, where it is positive.

#if defined(TERN_AVX512)
enum { FN(mean_filters) = 20, FN(mean_taps) = 6, FN(mean_rows) = 6 };
#else
enum { FN(mean_filters) = 8, FN(mean_taps) = 2, FN(mean_rows) = 2 };
#endif

// Filters [0, filters) at one vector of places.
ALWAYS_INLINE void FN(mean_places)(const int filters, const T *const *taps, int64_t count, int64_t at, const T *w,
                                   int64_t w_row, const T *bias, int64_t left, FN(k) * positive, int64_t positive_row,
                                   T *means, int64_t *counts) {
  V sum[FN(mean_filters)];
#pragma clang loop unroll(full)
  for (int j = 0; j < filters; j++) sum[j] = FN(splat)(bias[j]);
  for (int64_t t = 0; t < count; t++, w += w_row) {
    const V x = FN(load)(taps[t] + at);
#pragma clang loop unroll(full)
    for (int j = 0; j < filters; j++) sum[j] += x * FN(splat)(w[j]);
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < filters; j++) {
    const FN(k) lanes = FN(first)(FN(positive)(sum[j]), left);
    if (means) {
      FN(store)(means + j * W, FN(add_where)(FN(load)(means + j * W), lanes, sum[j]));
    } else {
      positive[j * positive_row] = lanes;
      counts[j] += FN(count)(lanes);
    }
  }
}

// Adds x where the filters are positive, for a tile of taps and filters.
ALWAYS_INLINE void FN(mean_moments)(const T *const *taps, const int64_t *offsets, const FN(k) * positive,
                                    int64_t positive_row, int64_t vectors, T *sums, int64_t sums_row) {
  V sum[FN(mean_taps)][4];
#pragma clang loop unroll(full)
  for (int t = 0; t < FN(mean_taps); t++)
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) sum[t][j] = FN(load)(sums + (t * sums_row + j) * W);
  for (int64_t i = 0; i < vectors; i++) {
    FN(k) lanes[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) lanes[j] = positive[j * positive_row + i];
#pragma clang loop unroll(full)
    for (int t = 0; t < FN(mean_taps); t++) {
      const V x = FN(load)(taps[t] + offsets[i]);
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; j++) sum[t][j] = FN(add_where)(sum[t][j], lanes[j], x);
    }
  }
#pragma clang loop unroll(full)
  for (int t = 0; t < FN(mean_taps); t++)
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) FN(store)(sums + (t * sums_row + j) * W, sum[t][j]);
}

static void FN(convolution_mean)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution_mean *p = arguments;
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in, filters = s->c_out, padded = (filters + 3) / 4 * 4;
  const int64_t height = s->out[1], width = s->out[2], vectors = (width + W - 1) / W;
  const int64_t taps_count = s->kernel[1] * s->kernel[2] * channels;
  const int64_t taps_padded = (taps_count + FN(mean_taps) - 1) / FN(mean_taps) * FN(mean_taps);
  enum { rows = FN(mean_rows) };
  // A row of one channel, with the zeros around it, and room for the last vector.
  const int64_t cells = (vectors * W + s->kernel[2] + W) / W * W, held = rows + s->kernel[1] - 1;
  const int64_t planes_size = held * channels * cells;
  const int64_t bytes =
      (planes_size + taps_count * padded + padded + padded * W + taps_padded * padded * W) * sizeof(T) +
      padded * rows * vectors * sizeof(FN(k)) + (rows * vectors + padded) * 8 + taps_padded * sizeof(T *) + 9 * 64;
  char *memory = tern_scratch(bytes);
#define TAKE(TYPE, NAME, COUNT) \
  TYPE *NAME = (TYPE *)memory; \
  memory += ((COUNT) * (int64_t)sizeof(TYPE) + 63) & ~(int64_t)63
  TAKE(T, planes, planes_size);
  TAKE(T, w, taps_count * padded);
  TAKE(T, bias, padded);
  TAKE(T, means, padded * W);
  TAKE(T, sums, taps_padded * padded * W);
  TAKE(FN(k), positive, padded * rows * vectors);
  TAKE(int64_t, offsets, rows * vectors);
  TAKE(int64_t, counts, padded);
  TAKE(const T *, taps, taps_padded);
#undef TAKE
  for (int64_t t = 0; t < taps_count; t++)
    for (int64_t j = 0; j < padded; j++) w[t * padded + j] = j < filters ? ((const T *)p->w)[t * filters + j] : 0;
  for (int64_t j = 0; j < padded; j++) bias[j] = p->bias && j < filters ? ((const T *)p->bias)[j] : 0;
  for (int64_t t = 0; t < taps_padded; t++) {
    const int64_t u = t < taps_count ? t : 0, c = u % channels, k2 = u / channels % s->kernel[2],
                  k1 = u / channels / s->kernel[2];
    taps[t] = planes + (k1 * channels + c) * cells + k2;
  }
  memset(planes, 0, planes_size * sizeof(T));
  for (int64_t n = begin; n < end; n++) {
    const T *image = (const T *)p->x + n * s->in[1] * s->in[2] * channels;
    memset(means, 0, padded * W * sizeof(T));
    memset(sums, 0, taps_padded * padded * W * sizeof(T));
    memset(counts, 0, padded * sizeof *counts);
    for (int64_t o1 = 0; o1 < height; o1 += rows) {
      const int64_t some = height - o1 < rows ? height - o1 : rows;
      for (int64_t r = 0; r < some + s->kernel[1] - 1; r++) {
        const int64_t i1 = o1 + r - s->before[1];
        T *to = planes + r * channels * cells;
        const int inside = i1 >= 0 && i1 < s->in[1];
        const int64_t from = s->before[2], stop = s->in[2] < cells - from ? s->in[2] : cells - from;
        for (int64_t c = 0; c < channels; c++)
          for (int64_t i = 0; i < stop; i++)
            to[c * cells + from + i] = inside ? image[(i1 * s->in[2] + i) * channels + c] : 0;
      }
      for (int64_t r = 0; r < some; r++)
        for (int64_t v = 0; v < vectors; v++) {
          const int64_t at = r * channels * cells + v * W;
          offsets[r * vectors + v] = at;
          FN(k) *lanes = positive + r * vectors + v;
          int64_t j = 0;
#define PLACES(FILTERS) \
  for (; padded - j >= FILTERS; j += FILTERS) FN(mean_places) \
  (FILTERS, taps, taps_count, at, w + j, padded, bias + j, width - v * W, lanes + j * rows * vectors, rows * vectors, \
   p->moments ? 0 : means + j * W, counts + j);
#if defined(TERN_AVX512)
          PLACES(20)
          PLACES(12)
#endif
          PLACES(8)
          PLACES(4)
#undef PLACES
        }
      if (!p->moments) continue;
      for (int64_t t = 0; t < taps_padded; t += FN(mean_taps))
        for (int64_t j = 0; j < padded; j += 4) FN(mean_moments)
      (taps + t, offsets, positive + j * rows * vectors, rows * vectors, some * vectors, sums + (t * padded + j) * W,
       padded);
    }
    const T share = 1 / (T)(height * width);
    if (p->moments) {
      T *result = (T *)p->result + n * (taps_count + 1) * filters;
      for (int64_t t = 0; t < taps_count; t++)
        for (int64_t j = 0; j < filters; j++)
          result[t * filters + j] = share * FN(total)(FN(load)(sums + (t * padded + j) * W));
      for (int64_t j = 0; j < filters; j++) result[taps_count * filters + j] = share * (T)counts[j];
    } else {
      for (int64_t j = 0; j < filters; j++)
        ((T *)p->result)[n * filters + j] = share * FN(total)(FN(load)(means + j * W));
    }
  }
}
