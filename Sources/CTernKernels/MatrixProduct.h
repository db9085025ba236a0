// Matrix products for small and middling shapes, without packing (RegisterTile.h): a convolution of one tap.

ALWAYS_INLINE T FN(total)(V v) {
  T lane[W], sum = 0;
  FN(store)(lane, v);
  for (int width = W / 2; width >= 1; width /= 2)
    for (int i = 0; i < width; i++) lane[i] += lane[i + width];
  sum = lane[0];
  return sum;
}

static T FN(dot)(const T *x, const T *y, int64_t n) {
  V sum[4] = {{0}, {0}, {0}, {0}};
  int64_t i = 0;
  for (; i + 4 * W <= n; i += 4 * W)
    for (int j = 0; j < 4; j++) sum[j] += FN(load)(x + i + j * W) * FN(load)(y + i + j * W);
  for (; i + W <= n; i += W) sum[0] += FN(load)(x + i) * FN(load)(y + i);
  if (i < n) sum[1] += FN(load_part)(x + i, n - i) * FN(load_part)(y + i, n - i);
  return FN(total)((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

// Activations and slopes that the tile does not know, of `n` sums after each other in memory.
ALWAYS_INLINE void FN(complete)(const tern_matrix_product *p, T *c, const T *output, int64_t n) {
#define EACH_VECTOR(OTHER, EXPRESSION) \
  do { \
    const T *other = OTHER; \
    int64_t i = 0; \
    for (; i + W <= n; i += W) { \
      const V x = FN(load)(c + i), y = FN(load)(other + i); \
      (void)y; \
      FN(store)(c + i, EXPRESSION); \
    } \
    if (i < n) { \
      const V x = FN(load_part)(c + i, n - i), y = FN(load_part)(other + i, n - i); \
      (void)y; \
      FN(store_part)(c + i, EXPRESSION, n - i); \
    } \
  } while (0)
  if (p->activation == tern_activation_tanh) EACH_VECTOR(c, FN(tanh)(x));
  if (p->activation == tern_activation_sigmoid) EACH_VECTOR(c, FN(sigmoid)(x));
  if (output && p->slope == tern_activation_relu) EACH_VECTOR(output, FN(blend)((M)(y > (V){0}), x, (V){0}));
  if (output && p->slope == tern_activation_tanh) EACH_VECTOR(output, FN(tanh_slope)(x, y));
  if (output && p->slope == tern_activation_sigmoid) EACH_VECTOR(output, FN(sigmoid_slope)(x, y));
#undef EACH_VECTOR
}

static void FN(product_rows)(const tern_matrix_product *p, const T *a, const T *b, T *c, const T *addend,
                             const T *output, int64_t rows) {
  // The tile knows relu alone; what comes after another activation waits for it.
  const int relu = p->activation == tern_activation_relu, isKnown = p->activation <= tern_activation_relu;
  const T *bias = p->bias, *gate = isKnown && p->slope == tern_activation_relu ? output : 0;
  const int completes = !isKnown || (output && !gate);
  const T scale = addend && p->scale ? *(const T *)p->scale : 1;
  if (p->n == 1 && p->a_column == 1 && p->b_row == 1) {
    for (int64_t i = 0; i < rows; i++) {
      T value = FN(dot)(a + i * p->a_row, b, p->k) + (bias ? *bias : 0);
      if (addend) value += scale * addend[i * p->c_row];
      value = relu && value < 0 ? 0 : value;
      c[i * p->c_row] = gate && !(gate[i * p->c_row] > 0) ? 0 : value;
    }
    if (completes) FN(complete)(p, c, output, rows);
    return;
  }
  const int64_t depth = FN(tile_depth);
  for (int64_t start = 0; start == 0 || start < p->k; start += depth) {
    const int64_t left = p->k - start;
    const int final = left <= depth;
    const FN(tap) tap = {a + start * p->a_column, b + start * p->b_row, final ? left : depth};
    const FN(tiling) t = {.a_row = p->a_row,
                          .a_step = p->a_column,
                          .b_row = p->b_row,
                          .c_row = p->c_row,
                          .bias = final ? bias : 0,
                          .addend = final ? addend : 0,
                          .scale = scale,
                          .gate = final ? gate : 0,
                          .relu = final && relu,
                          .resume = start > 0};
    // Where more is to be done, some rows at a time, which are then still in the first-level cache.
    const int64_t block = !final || !completes ? rows : p->n < 128 ? 2048 / p->n / 16 * 16 : 16;
    for (int64_t row = 0; row < rows; row += block) {
      const int64_t some = rows - row < block ? rows - row : block, at = row * p->c_row;
      const FN(tap) part = {tap.a + row * p->a_row, tap.b, tap.depth};
      FN(tiling) here = t;
      if (t.addend) here.addend = t.addend + at;
      if (t.gate) here.gate = t.gate + at;
      FN(tiles)(&part, 1, here, some, p->n, c + at);
      if (final && completes) FN(complete)(p, c + at, output ? output + at : 0, some * p->n);
    }
  }
}

static void FN(matrix_product)(const void *arguments, int64_t begin, int64_t end) {
  const tern_matrix_product *p = arguments;
  while (begin < end) {
    const int64_t batch = begin / p->rows, row = begin % p->rows;
    const int64_t count = end - begin < p->rows - row ? end - begin : p->rows - row;
    const int64_t at = batch * p->c_batch + row * p->c_row;
    FN(product_rows)
    (p, (const T *)p->a + batch * p->a_batch + row * p->a_row, (const T *)p->b + batch * p->b_batch, (T *)p->c + at,
     p->addend ? (const T *)p->addend + at : 0, p->output ? (const T *)p->output + at : 0, count);
    begin += count;
  }
}
