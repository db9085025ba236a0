// Matrix products for small and middling shapes, without packing: the right
// operand's rows are read as vectors, the left one's elements are broadcast.
// Each element is one chain of multiply-adds in the order of p.

// Vectors of columns that a tile takes. With 16 registers three would leave one sum in memory, where
// each step waits for the last one's store: half the speed.
#if defined(TERN_AVX512) || defined(__aarch64__)
enum { FN(panel_vectors) = 3 };
#else
enum { FN(panel_vectors) = 2 };
#endif

ALWAYS_INLINE void FN(tile)(const int rows, const int vectors, const int partial, const T *a, int64_t a_row,
                            int64_t a_column, const T *b, int64_t b_row, T *c, int64_t c_row, int64_t k, int64_t tail,
                            const T *bias, const T *gate, int resume, int relu) {
  V sum[TERN_ROWS][3];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) {
      const int part = partial && j == vectors - 1;
      sum[i][j] = (V){0};
      if (resume) sum[i][j] = part ? FN(load_part)(c + i * c_row + j * W, tail) : FN(load)(c + i * c_row + j * W);
    }
  for (int64_t p = 0; p < k; p++) {
    V right[3];
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      right[j] = partial && j == vectors - 1 ? FN(load_part)(b + j * W, tail) : FN(load)(b + j * W);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const V left = FN(splat)(a[i * a_row]);
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
    }
    a += a_column;
    b += b_row;
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < vectors; j++) {
    const int part = partial && j == vectors - 1;
    V shift = {0};
    if (bias) shift = part ? FN(load_part)(bias + j * W, tail) : FN(load)(bias + j * W);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      V value = bias ? sum[i][j] + shift : sum[i][j];
      if (relu) value = FN(blend)((M)(value < (V){0}), (V){0}, value);
      if (gate) {
        const T *g = gate + i * c_row + j * W;
        V open = part ? FN(load_part)(g, tail) : FN(load)(g);
        value = FN(blend)((M)(open > (V){0}), value, (V){0});
      }
      if (part) FN(store_part)(c + i * c_row + j * W, value, tail);
      else FN(store)(c + i * c_row + j * W, value);
    }
  }
}

#define TILE_CASE(ROWS, VECTORS, PARTIAL) \
  FN(tile)(ROWS, VECTORS, PARTIAL, a, a_row, a_column, b, b_row, c, c_row, k, tail, bias, gate, resume, relu)
#define TILE_WIDTHS(ROWS) \
  if (tail) { \
    if (vectors == 3) TILE_CASE(ROWS, 3, 1); \
    else if (vectors == 2) TILE_CASE(ROWS, 2, 1); \
    else TILE_CASE(ROWS, 1, 1); \
  } else { \
    if (vectors == 3) TILE_CASE(ROWS, 3, 0); \
    else if (vectors == 2) TILE_CASE(ROWS, 2, 0); \
    else TILE_CASE(ROWS, 1, 0); \
  }

// All rows of one panel of at most `panel_vectors` vectors of columns.
static void FN(panel)(int64_t rows, int vectors, const T *a, int64_t a_row, int64_t a_column, const T *b, int64_t b_row,
                      T *c, int64_t c_row, int64_t k, int64_t tail, const T *bias, const T *gate, int resume,
                      int relu) {
#define ROW_BLOCK(ROWS) \
  for (; rows >= ROWS; rows -= ROWS, a += ROWS * a_row, c += ROWS * c_row) { \
    TILE_WIDTHS(ROWS) \
    if (gate) gate += ROWS * c_row; \
  }
#if TERN_ROWS == 8
  ROW_BLOCK(8)
#endif
  ROW_BLOCK(4)
  ROW_BLOCK(2)
  ROW_BLOCK(1)
#undef ROW_BLOCK
}

#if defined(TERN_AVX512)
// A panel of the last few columns, at most half a vector wide.
ALWAYS_INLINE void FN(half_tile)(const int rows, const T *a, int64_t a_row, int64_t a_column, const T *b, int64_t b_row,
                                 T *c, int64_t c_row, int64_t k, int64_t width, const T *bias, const T *gate,
                                 int resume, int relu) {
  const FN(h) zero = {0};
  FN(h) sum[TERN_ROWS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sum[i] = resume ? FN(load_half)(c + i * c_row, width) : zero;
  for (int64_t p = 0; p < k; p++, a += a_column, b += b_row) {
    const FN(h) right = FN(load_half)(b, width);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) sum[i] += (a[i * a_row] - zero) * right;
  }
  const FN(h) shift = bias ? FN(load_half)(bias, width) : zero;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    FN(h) value = bias ? sum[i] + shift : sum[i];
    if (relu) value = (value < zero) ? zero : value;
    if (gate) value = (FN(load_half)(gate + i * c_row, width) > zero) ? value : zero;
    FN(store_half)(c + i * c_row, value, width);
  }
}

static void FN(half_panel)(int64_t rows, const T *a, int64_t a_row, int64_t a_column, const T *b, int64_t b_row, T *c,
                           int64_t c_row, int64_t k, int64_t width, const T *bias, const T *gate, int resume,
                           int relu) {
#define ROW_BLOCK(ROWS) \
  for (; rows >= ROWS; rows -= ROWS, a += ROWS * a_row, c += ROWS * c_row) { \
    FN(half_tile)(ROWS, a, a_row, a_column, b, b_row, c, c_row, k, width, bias, gate, resume, relu); \
    if (gate) gate += ROWS * c_row; \
  }
  ROW_BLOCK(8)
  ROW_BLOCK(4)
  ROW_BLOCK(1)
#undef ROW_BLOCK
}
#endif

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
  // A panel of b's columns and depth that stays in the first-level cache.
  int64_t vectors_all = (p->n + W - 1) / W;
#if defined(TERN_AVX512)
  const int64_t half = p->n % W <= W / 2 ? p->n % W : 0;
  if (half) vectors_all--;
#endif
  const int64_t panels = (vectors_all + FN(panel_vectors) - 1) / FN(panel_vectors);
  const int64_t depth = 256;
  for (int64_t start = 0; start == 0 || start < p->k; start += depth) {
    const int64_t k = p->k - start < depth ? p->k - start : depth;
    const int resume = start > 0, final = start + depth >= p->k;
    int64_t done = 0;
    for (int64_t panel = 0; panel < panels; panel++) {
      const int64_t stop = vectors_all * (panel + 1) / panels;
      const int64_t column = done * W, left = p->n - column;
      const int vectors = (int)(stop - done);
      const int64_t tail = left < vectors * W ? left - (vectors - 1) * W : 0;
      FN(panel)
      (rows, vectors, a + start * p->a_column, p->a_row, p->a_column, b + start * p->b_row + column, p->b_row,
       c + column, p->c_row, k, tail, final && bias ? bias + column : 0, final && gate ? gate + column : 0, resume,
       final && p->relu);
      done = stop;
    }
#if defined(TERN_AVX512)
    if (half) {
      const int64_t column = vectors_all * W;
      FN(half_panel)
      (rows, a + start * p->a_column, p->a_row, p->a_column, b + start * p->b_row + column, p->b_row, c + column,
       p->c_row, k, half, final && bias ? bias + column : 0, final && gate ? gate + column : 0, resume,
       final && p->relu);
    }
#endif
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

#undef TILE_CASE
#undef TILE_WIDTHS
