// Long short-term memory along whole series (tern_lstm), some examples at a time, so that between two steps their
// states stay in the cache.

enum { FN(lstm_examples) = 16 };

// Adds a [rows, depth] times b [depth, n] to c.
static void FN(add_product)(const T *a, int64_t a_row, const T *b, int64_t depth, int64_t rows, int64_t n, T *c,
                            int64_t c_row) {
  const FN(tiling) t = {.a_row = a_row, .a_step = 1, .b_row = n, .c_row = c_row, .resume = 1};
  const int64_t most = FN(tile_depth);
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
    const V i = FN(sigmoid)(FN(load_up_to)(now + tern_lstm_i * u + j, n));
    const V f = FN(sigmoid)(FN(load_up_to)(now + tern_lstm_f * u + j, n));
    const V g = FN(tanh)(FN(load_up_to)(now + tern_lstm_g * u + j, n));
    const V o = FN(sigmoid)(FN(load_up_to)(now + tern_lstm_o * u + j, n));
    V c = i * g;
    if (last) c += f * FN(load_up_to)(last + j, n);
    const V bounded = FN(tanh)(c);
    FN(store_up_to)(now + tern_lstm_i * u + j, i, n);
    FN(store_up_to)(now + tern_lstm_f * u + j, f, n);
    FN(store_up_to)(now + tern_lstm_g * u + j, g, n);
    FN(store_up_to)(now + tern_lstm_o * u + j, o, n);
    FN(store_up_to)(now + tern_lstm_c * u + j, c, n);
    FN(store_up_to)(now + tern_lstm_tanh_c * u + j, bounded, n);
    FN(store_up_to)(now + tern_lstm_h * u + j, o * bounded, n);
  }
}

static void FN(lstm)(const void *arguments, int64_t begin, int64_t end) {
  const tern_lstm *p = arguments;
  const int64_t u = p->units, width = tern_lstm_parts * u, gates = tern_lstm_gates * u;
  // Between the same step of two examples. Where states are not kept there are two steps of them, in turns.
  const int64_t example = (p->keeps_states ? p->steps : 2) * width;
  T *const own = p->keeps_states ? 0 : tern_scratch(FN(lstm_examples) * example * (int64_t)sizeof(T));
  for (int64_t first = begin; first < end; first += FN(lstm_examples)) {
    const int64_t rows = end - first < FN(lstm_examples) ? end - first : FN(lstm_examples);
    const T *input = (const T *)p->input + first * p->steps * gates;
    T *const states = own ? own : (T *)p->result + first * example;
    for (int64_t t = 0; t < p->steps; t++) {
      T *const now = states + (own ? t % 2 : t) * width;
      const T *const last = states + (own ? (t + 1) % 2 : t - 1) * width;
      for (int64_t r = 0; r < rows; r++)
        memcpy(now + r * example, input + (r * p->steps + t) * gates, gates * sizeof(T));
      if (t > 0) FN(add_product)(last + tern_lstm_h * u, example, p->kernel, u, rows, gates, now, example);
      for (int64_t r = 0; r < rows; r++)
        FN(lstm_step)(now + r * example, t > 0 ? last + r * example + tern_lstm_c * u : 0, u);
      if (!own || !(p->has_all_steps || t == p->steps - 1)) continue;
      for (int64_t r = 0; r < rows; r++) {
        const int64_t place = p->has_all_steps ? (first + r) * p->steps + t : first + r;
        memcpy((T *)p->result + place * u, now + r * example + tern_lstm_h * u, u * sizeof(T));
      }
    }
  }
}

// One step of one example backwards: `z` becomes the cotangent of the sums for the gates, of those of the output, `dh`,
// and of the memory, `dc`, which becomes that of the memory before. `last` holds the memory before, or is null.
ALWAYS_INLINE void FN(lstm_step_back)(T *z, const T *now, const T *last, const T *dh, T *dc, int64_t u) {
  for (int64_t j = 0; j < u; j += W) {
    const int64_t n = u - j;
    const V i = FN(load_up_to)(now + tern_lstm_i * u + j, n), f = FN(load_up_to)(now + tern_lstm_f * u + j, n);
    const V g = FN(load_up_to)(now + tern_lstm_g * u + j, n), o = FN(load_up_to)(now + tern_lstm_o * u + j, n);
    const V bounded = FN(load_up_to)(now + tern_lstm_tanh_c * u + j, n), output = FN(load_up_to)(dh + j, n);
    const V memory = FN(load_up_to)(dc + j, n) + FN(tanh_slope)(output * o, bounded);
    const V before = last ? FN(load_up_to)(last + j, n) : (V){0};
    FN(store_up_to)(z + tern_lstm_i * u + j, FN(sigmoid_slope)(memory * g, i), n);
    FN(store_up_to)(z + tern_lstm_f * u + j, FN(sigmoid_slope)(memory * before, f), n);
    FN(store_up_to)(z + tern_lstm_g * u + j, FN(tanh_slope)(memory * i, g), n);
    FN(store_up_to)(z + tern_lstm_o * u + j, FN(sigmoid_slope)(output * bounded, o), n);
    FN(store_up_to)(dc + j, memory * f, n);
  }
}

static void FN(lstm_back)(const void *arguments, int64_t begin, int64_t end) {
  const tern_lstm *p = arguments;
  const int64_t u = p->units, width = tern_lstm_parts * u, gates = tern_lstm_gates * u, example = p->steps * width;
  // Cotangents of the outputs and of the memories.
  T *dh = tern_scratch(2 * FN(lstm_examples) * u * (int64_t)sizeof(T)), *dc = dh + FN(lstm_examples) * u;
  for (int64_t first = begin; first < end; first += FN(lstm_examples)) {
    const int64_t rows = end - first < FN(lstm_examples) ? end - first : FN(lstm_examples);
    const T *states = (const T *)p->states + first * example;
    T *z = (T *)p->result + first * p->steps * gates;
    for (int64_t t = p->steps - 1; t >= 0; t--) {
      const int is_last = t == p->steps - 1;
      if (is_last || p->has_all_steps)
        for (int64_t r = 0; r < rows; r++) {
          const int64_t place = p->has_all_steps ? (first + r) * p->steps + t : first + r;
          memcpy(dh + r * u, (const T *)p->g + place * u, u * sizeof(T));
        }
      else memset(dh, 0, rows * u * sizeof(T));
      if (is_last) memset(dc, 0, rows * u * sizeof(T));
      else FN(add_product)(z + (t + 1) * gates, p->steps * gates, p->kernel, gates, rows, u, dh, u);
      for (int64_t r = 0; r < rows; r++) {
        const T *now = states + r * example + t * width, *last = t > 0 ? now - width + tern_lstm_c * u : 0;
        FN(lstm_step_back)(z + (r * p->steps + t) * gates, now, last, dh + r * u, dc + r * u, u);
      }
    }
  }
}
