// Maxima and averages of the windows that move over a grid, each channel by itself.

// The part of window `o` that lies inside the grid, along dimension `d`.
ALWAYS_INLINE void FN(window_range)(const tern_window *s, int d, int64_t o, int64_t *from, int64_t *to) {
  int64_t begin = o * s->stride[d] - s->before[d], end = begin + s->kernel[d];
  *from = begin < 0 ? 0 : begin;
  *to = end > s->in[d] ? s->in[d] : end;
}

#define FOR_EACH_WINDOW(BODY)                                                    \
  for (int64_t o0 = 0; o0 < s->out[0]; o0++) {                                   \
    int64_t a0, b0, a1, b1, a2, b2;                                              \
    FN(window_range)(s, 0, o0, &a0, &b0);                                        \
    for (int64_t o1 = 0; o1 < s->out[1]; o1++) {                                 \
      FN(window_range)(s, 1, o1, &a1, &b1);                                      \
      for (int64_t o2 = 0; o2 < s->out[2]; o2++) {                               \
        FN(window_range)(s, 2, o2, &a2, &b2);                                    \
        const int64_t out = ((o0 * s->out[1] + o1) * s->out[2] + o2) * s->c_in;  \
        BODY                                                                     \
      }                                                                          \
    }                                                                            \
  }
#define FOR_EACH_INSIDE(BODY)                                                    \
  for (int64_t i0 = a0; i0 < b0; i0++)                                           \
    for (int64_t i1 = a1; i1 < b1; i1++)                                         \
      for (int64_t i2 = a2; i2 < b2; i2++) {                                     \
        const int64_t in = ((i0 * s->in[1] + i1) * s->in[2] + i2) * s->c_in;     \
        BODY                                                                     \
      }

static void FN(pool)(const void *arguments, int64_t begin, int64_t end) {
  const tern_pooling *p = arguments;
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in;
  const int64_t outs = s->out[0] * s->out[1] * s->out[2] * channels, ins = s->in[0] * s->in[1] * s->in[2] * channels;
  for (int64_t n = begin; n < end; n++) {
    const T *x = (const T *)p->g + n * ins;
    T *y = (T *)p->result + n * outs;
    FOR_EACH_WINDOW({
      T *to = y + out;
      if (p->kind == tern_pool_max) {
        for (int64_t c = 0; c < channels; c++) to[c] = (T)-INFINITY;
        FOR_EACH_INSIDE({
          for (int64_t c = 0; c < channels; c++) to[c] = x[in + c] > to[c] || x[in + c] != x[in + c] ? x[in + c] : to[c];
        })
      } else {
        for (int64_t c = 0; c < channels; c++) to[c] = 0;
        FOR_EACH_INSIDE({
          for (int64_t c = 0; c < channels; c++) to[c] += x[in + c];
        })
        const T count = (T)((b0 - a0) * (b1 - a1) * (b2 - a2));
        for (int64_t c = 0; c < channels; c++) to[c] /= count;
      }
    })
  }
}

// Some channels at a time: `BODY` gets the cell and whether it holds the first of the largest
// elements of the window, in the order of the grid.
enum { FN(pool_channels) = 64 };
#define FOR_EACH_CHOICE(BODY)                                                    \
  FOR_EACH_WINDOW({                                                              \
    for (int64_t start = 0; start < channels; start += FN(pool_channels)) {      \
      const int some = (int)(channels - start < FN(pool_channels) ? channels - start : FN(pool_channels)); \
      T best[FN(pool_channels)];                                                 \
      int32_t chosen[FN(pool_channels)];                                         \
      int32_t cell = 0;                                                          \
      for (int c = 0; c < some; c++) chosen[c] = 0;                              \
      FOR_EACH_INSIDE({                                                          \
        const T *from = x + in + start;                                          \
        for (int c = 0; c < some; c++) {                                         \
          const int better = cell == 0 || from[c] > best[c];                     \
          best[c] = better ? from[c] : best[c];                                  \
          chosen[c] = better ? cell : chosen[c];                                 \
        }                                                                        \
        cell++;                                                                  \
      })                                                                         \
      cell = 0;                                                                  \
      FOR_EACH_INSIDE({                                                          \
        for (int c = 0; c < some; c++) {                                         \
          const int is_chosen = chosen[c] == cell;                               \
          BODY                                                                   \
        }                                                                        \
        cell++;                                                                  \
      })                                                                         \
    }                                                                            \
  })

static void FN(pool_back)(const void *arguments, int64_t begin, int64_t end) {
  const tern_pooling *p = arguments;
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in;
  const int64_t outs = s->out[0] * s->out[1] * s->out[2] * channels, ins = s->in[0] * s->in[1] * s->in[2] * channels;
  for (int64_t n = begin; n < end; n++) {
    const T *g = (const T *)p->g + n * outs;
    T *result = (T *)p->result + n * ins;
    memset(result, 0, ins * sizeof(T));
    if (p->kind == tern_pool_max) {
      const T *x = (const T *)p->x + n * ins;
      FOR_EACH_CHOICE({ result[in + start + c] += is_chosen ? g[out + start + c] : 0; })
    } else {
      FOR_EACH_WINDOW({
        const T share = 1 / (T)((b0 - a0) * (b1 - a1) * (b2 - a2));
        FOR_EACH_INSIDE({
          for (int64_t c = 0; c < channels; c++) result[in + c] += share * g[out + c];
        })
      })
    }
  }
}

static void FN(pool_at)(const void *arguments, int64_t begin, int64_t end) {
  const tern_pooling *p = arguments;
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in;
  const int64_t outs = s->out[0] * s->out[1] * s->out[2] * channels, ins = s->in[0] * s->in[1] * s->in[2] * channels;
  for (int64_t n = begin; n < end; n++) {
    const T *x = (const T *)p->x + n * ins, *g = (const T *)p->g + n * ins;
    T *result = (T *)p->result + n * outs;
    FOR_EACH_CHOICE({ result[out + start + c] = is_chosen ? g[in + start + c] : result[out + start + c]; })
  }
}
