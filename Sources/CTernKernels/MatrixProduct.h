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

static void FN(product_rows)(const tern_matrix_product *p, const T *a, const T *b, T *c, const T *gate, int64_t rows) {
  const T *bias = p->bias;
  if (p->n == 1 && p->a_column == 1 && p->b_row == 1) {
    for (int64_t i = 0; i < rows; i++) {
      T value = FN(dot)(a + i * p->a_row, b, p->k) + (bias ? *bias : 0);
      value = p->relu && value < 0 ? 0 : value;
      c[i * p->c_row] = gate && !(gate[i * p->c_row] > 0) ? 0 : value;
    }
    return;
  }
  // A depth of b that stays, with a panel of its columns, in the first-level cache.
  const int64_t depth = 256;
  for (int64_t start = 0; start == 0 || start < p->k; start += depth) {
    const int64_t left = p->k - start;
    const int final = left <= depth;
    const FN(tap) tap = {a + start * p->a_column, b + start * p->b_row, final ? left : depth};
    const FN(tiling) t = {.a_row = p->a_row,
                          .a_step = p->a_column,
                          .b_row = p->b_row,
                          .c_row = p->c_row,
                          .bias = final ? bias : 0,
                          .gate = final ? gate : 0,
                          .relu = final && p->relu,
                          .resume = start > 0};
    FN(tiles)(&tap, 1, t, rows, p->n, c);
  }
}

static void FN(matrix_product)(const void *arguments, int64_t begin, int64_t end) {
  const tern_matrix_product *p = arguments;
  while (begin < end) {
    const int64_t batch = begin / p->rows, row = begin % p->rows;
    const int64_t count = end - begin < p->rows - row ? end - begin : p->rows - row;
    FN(product_rows)
    (p, (const T *)p->a + batch * p->a_batch + row * p->a_row, (const T *)p->b + batch * p->b_batch,
     (T *)p->c + batch * p->c_batch + row * p->c_row,
     p->gate ? (const T *)p->gate + batch * p->c_batch + row * p->c_row : 0, count);
    begin += count;
  }
}
