// Long short-term memory along whole series (tern_lstm), some examples at a time, so that between two steps their
// states stay in the cache.

enum { FN(lstm_parts) = 7, FN(lstm_examples) = 16 };

// Adds a [rows, depth] times b [depth, n] to c.
static void FN(add_product)(const T *a, int64_t a_row, const T *b, int64_t depth, int64_t rows, int64_t n, T *c,
                            int64_t c_row) {
  const FN(tiling) t = {.a_row = a_row, .a_step = 1, .b_row = n, .c_row = c_row, .resume = 1};
  const int64_t most = 256; // as in products
  for (int64_t start = 0; start < depth; start += most) {
    const FN(tap) tap = {a + start, b + start * n, depth - start < most ? depth - start : most};
    FN(tiles)(&tap, 1, t, rows, n, c);
  }
}

// One step of one example: `now` holds the sums for the gates, which become the gates; `last` the memory before, or
// null.
ALWAYS_INLINE void FN(lstm_step)(T *now, const T *last, int64_t u) {
  for (int64_t j = 0; j < u; j += W) {
    const int64_t n = u - j;
    const V i = FN(sigmoid)(FN(load_up_to)(now + j, n));
    const V f = FN(sigmoid)(FN(load_up_to)(now + u + j, n));
    const V g = FN(tanh)(FN(load_up_to)(now + 2 * u + j, n));
    const V o = FN(sigmoid)(FN(load_up_to)(now + 3 * u + j, n));
    V c = i * g;
    if (last) c += f * FN(load_up_to)(last + j, n);
    const V bounded = FN(tanh)(c);
    FN(store_up_to)(now + j, i, n);
    FN(store_up_to)(now + u + j, f, n);
    FN(store_up_to)(now + 2 * u + j, g, n);
    FN(store_up_to)(now + 3 * u + j, o, n);
    FN(store_up_to)(now + 4 * u + j, c, n);
    FN(store_up_to)(now + 5 * u + j, bounded, n);
    FN(store_up_to)(now + 6 * u + j, o * bounded, n);
  }
}

static void FN(lstm)(const void *arguments, int64_t begin, int64_t end) {
  const tern_lstm *p = arguments;
  const int64_t u = p->units, width = FN(lstm_parts) * u;
  // Between the same step of two examples. Where states are not kept there are two steps of them, in turns.
  const int64_t example = (p->keeps_states ? p->steps : 2) * width;
  T *const own = p->keeps_states ? 0 : tern_scratch(FN(lstm_examples) * example * (int64_t)sizeof(T));
  for (int64_t first = begin; first < end; first += FN(lstm_examples)) {
    const int64_t rows = end - first < FN(lstm_examples) ? end - first : FN(lstm_examples);
    const T *input = (const T *)p->input + first * p->steps * 4 * u;
    T *const states = own ? own : (T *)p->result + first * example;
    for (int64_t t = 0; t < p->steps; t++) {
      T *const now = states + (own ? t % 2 : t) * width;
      const T *const last = states + (own ? (t + 1) % 2 : t - 1) * width;
      for (int64_t r = 0; r < rows; r++)
        memcpy(now + r * example, input + (r * p->steps + t) * 4 * u, 4 * u * sizeof(T));
      if (t > 0) FN(add_product)(last + 6 * u, example, p->kernel, u, rows, 4 * u, now, example);
      for (int64_t r = 0; r < rows; r++) FN(lstm_step)(now + r * example, t > 0 ? last + r * example + 4 * u : 0, u);
      if (!own || !(p->has_all_steps || t == p->steps - 1)) continue;
      for (int64_t r = 0; r < rows; r++) {
        const int64_t place = p->has_all_steps ? (first + r) * p->steps + t : first + r;
        memcpy((T *)p->result + place * u, now + r * example + 6 * u, u * sizeof(T));
      }
    }
  }
}

// One step of one example backwards: `z` becomes the cotangent of the sums for the gates. `h` is the cotangent of the
// output, `memory` that of the memory, which becomes that of the memory before.
ALWAYS_INLINE void FN(lstm_step_back)(T *z, const T *now, const T *last, const T *h, T *memory, int64_t u) {
  const V one = FN(splat)(1);
  for (int64_t j = 0; j < u; j += W) {
    const int64_t n = u - j;
    const V i = FN(load_up_to)(now + j, n), f = FN(load_up_to)(now + u + j, n);
    const V g = FN(load_up_to)(now + 2 * u + j, n), o = FN(load_up_to)(now + 3 * u + j, n);
    const V bounded = FN(load_up_to)(now + 5 * u + j, n), dh = FN(load_up_to)(h + j, n);
    const V dc = FN(load_up_to)(memory + j, n) + dh * o * (one - bounded * bounded);
    const V before = last ? FN(load_up_to)(last + j, n) : (V){0};
    FN(store_up_to)(z + j, dc * g * (i * (one - i)), n);
    FN(store_up_to)(z + u + j, dc * before * (f * (one - f)), n);
    FN(store_up_to)(z + 2 * u + j, dc * i * (one - g * g), n);
    FN(store_up_to)(z + 3 * u + j, dh * bounded * (o * (one - o)), n);
    FN(store_up_to)(memory + j, dc * f, n);
  }
}

static void FN(lstm_back)(const void *arguments, int64_t begin, int64_t end) {
  const tern_lstm *p = arguments;
  const int64_t u = p->units, width = FN(lstm_parts) * u, example = p->steps * width;
  // Cotangents of the outputs and of the memories.
  T *h = tern_scratch(2 * FN(lstm_examples) * u * (int64_t)sizeof(T)), *memory = h + FN(lstm_examples) * u;
  for (int64_t first = begin; first < end; first += FN(lstm_examples)) {
    const int64_t rows = end - first < FN(lstm_examples) ? end - first : FN(lstm_examples);
    const T *states = (const T *)p->states + first * example;
    T *z = (T *)p->result + first * p->steps * 4 * u;
    for (int64_t t = p->steps - 1; t >= 0; t--) {
      const int is_last = t == p->steps - 1;
      if (is_last || p->has_all_steps)
        for (int64_t r = 0; r < rows; r++) {
          const int64_t place = p->has_all_steps ? (first + r) * p->steps + t : first + r;
          memcpy(h + r * u, (const T *)p->g + place * u, u * sizeof(T));
        }
      else memset(h, 0, rows * u * sizeof(T));
      if (is_last) memset(memory, 0, rows * u * sizeof(T));
      else FN(add_product)(z + (t + 1) * 4 * u, p->steps * 4 * u, p->kernel, 4 * u, rows, u, h, u);
      for (int64_t r = 0; r < rows; r++) {
        const T *now = states + r * example + t * width;
        FN(lstm_step_back)
        (z + (r * p->steps + t) * 4 * u, now, t > 0 ? now - 3 * u : 0, h + r * u, memory + r * u, u);
      }
    }
  }
}
