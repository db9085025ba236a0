// Maxima and averages of the windows that move over a grid, each channel by itself.

// The part of window `o` that lies inside the grid, along dimension `d`.
ALWAYS_INLINE void FN(window_range)(const tern_window *s, int d, int64_t o, int64_t *from, int64_t *to) {
  int64_t begin = o * s->stride[d] - s->before[d], end = begin + s->kernel[d];
  *from = begin < 0 ? 0 : begin;
  *to = end > s->in[d] ? s->in[d] : end;
}

#define FOR_EACH_WINDOW(BODY) \
  for (int64_t o0 = 0; o0 < s->out[0]; o0++) { \
    int64_t a0, b0, a1, b1, a2, b2; \
    FN(window_range)(s, 0, o0, &a0, &b0); \
    for (int64_t o1 = 0; o1 < s->out[1]; o1++) { \
      FN(window_range)(s, 1, o1, &a1, &b1); \
      for (int64_t o2 = 0; o2 < s->out[2]; o2++) { \
        FN(window_range)(s, 2, o2, &a2, &b2); \
        const int64_t out = ((o0 * s->out[1] + o1) * s->out[2] + o2) * s->c_in; \
        BODY \
      } \
    } \
  }
#define FOR_EACH_INSIDE(BODY) \
  for (int64_t i0 = a0; i0 < b0; i0++) \
    for (int64_t i1 = a1; i1 < b1; i1++) \
      for (int64_t i2 = a2; i2 < b2; i2++) { \
        const int64_t in = ((i0 * s->in[1] + i1) * s->in[2] + i2) * s->c_in; \
        BODY \
      }

// A vector of channels at a time, the last one in part.
#define FOR_EACH_VECTOR(BODY) \
  for (int64_t c = 0; c < channels; c += W) { \
    const int64_t left = channels - c; \
    BODY \
  }

static void FN(pool)(const void *arguments, int64_t begin, int64_t end) {
  const tern_pooling *p = arguments;
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in;
  const int64_t outs = FN(volume)(s->out) * channels, ins = FN(volume)(s->in) * channels;
  for (int64_t n = begin; n < end; n++) {
    const T *x = (const T *)p->g + n * ins;
    T *y = (T *)p->result + n * outs;
    FOR_EACH_WINDOW({
      const V share = FN(splat)(1 / (T)((b0 - a0) * (b1 - a1) * (b2 - a2)));
      FOR_EACH_VECTOR({
        V value;
        if (p->kind == tern_pool_max) {
          value = FN(splat)((T)-INFINITY);
          FOR_EACH_INSIDE({
            const V v = FN(load_up_to)(x + in + c, left);
            value = FN(blend)((M)(v > value) | (M)(v != v), v, value);
          })
        } else {
          value = (V){0};
          FOR_EACH_INSIDE({ value += FN(load_up_to)(x + in + c, left); })
          value *= share;
        }
        FN(store_up_to)(y + out + c, value, left);
      })
    })
  }
}

// The number of the cell that holds the first of the largest elements of a window, in the order
// of the grid.
#define CHOOSE(CHOSEN) \
  M CHOSEN = {0}, number = {0}; \
  { \
    V best = FN(splat)((T) - INFINITY); \
    FOR_EACH_INSIDE({ \
      const V v = FN(load_up_to)(x + in + c, left); \
      const M better = (M)(v > best); \
      best = FN(blend)(better, v, best); \
      CHOSEN = better ? number : CHOSEN; \
      number += 1; \
    }) \
  }

static void FN(pool_back)(const void *arguments, int64_t begin, int64_t end) {
  const tern_pooling *p = arguments;
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in;
  const int64_t outs = FN(volume)(s->out) * channels, ins = FN(volume)(s->in) * channels;
  const int overlap = s->stride[0] < s->kernel[0] || s->stride[1] < s->kernel[1] || s->stride[2] < s->kernel[2];
  for (int64_t n = begin; n < end; n++) {
    const T *g = (const T *)p->g + n * outs, *x = p->x ? (const T *)p->x + n * ins : NULL;
    T *result = (T *)p->result + n * ins;
    memset(result, 0, ins * sizeof(T));
    FOR_EACH_WINDOW({
      const V share = FN(splat)(1 / (T)((b0 - a0) * (b1 - a1) * (b2 - a2)));
      FOR_EACH_VECTOR({
        const V own = FN(load_up_to)(g + out + c, left);
        if (p->kind == tern_pool_max) {
          CHOOSE(chosen)
          M cell = {0};
          FOR_EACH_INSIDE({
            V value = FN(blend)((M)(chosen == cell), own, (V){0});
            if (overlap) value += FN(load_up_to)(result + in + c, left);
            FN(store_up_to)(result + in + c, value, left);
            cell += 1;
          })
        } else {
          FOR_EACH_INSIDE({
            V value = own * share;
            if (overlap) value += FN(load_up_to)(result + in + c, left);
            FN(store_up_to)(result + in + c, value, left);
          })
        }
      })
    })
  }
}

static void FN(pool_at)(const void *arguments, int64_t begin, int64_t end) {
  const tern_pooling *p = arguments;
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in;
  const int64_t outs = FN(volume)(s->out) * channels, ins = FN(volume)(s->in) * channels;
  for (int64_t n = begin; n < end; n++) {
    const T *x = (const T *)p->x + n * ins, *g = (const T *)p->g + n * ins;
    T *result = (T *)p->result + n * outs;
    FOR_EACH_WINDOW({FOR_EACH_VECTOR({
      CHOOSE(chosen)
      M cell = {0};
      V value = {0};
      FOR_EACH_INSIDE({
        value = FN(blend)((M)(chosen == cell), FN(load_up_to)(g + in + c, left), value);
        cell += 1;
      })
      FN(store_up_to)(result + out + c, value, left);
    })})
  }
}
#undef FOR_EACH_WINDOW
#undef FOR_EACH_INSIDE
#undef FOR_EACH_VECTOR
#undef CHOOSE
