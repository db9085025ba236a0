// Sums and extrema of floating-point rows and columns.

// Vectors of partial sums over chunks, the chunks' sums in double: the error does
// not grow with n in float32.
static T FN(row_sum)(const T *x, int64_t n) {
  double sum = 0;
  for (int64_t start = 0; start < n; start += 2048) {
    const int64_t count = n - start < 2048 ? n - start : 2048;
    V part[4] = {{0}, {0}, {0}, {0}};
    int64_t i = 0;
    for (; i + 4 * W <= count; i += 4 * W)
      for (int j = 0; j < 4; j++) part[j] += FN(load)(x + start + i + j * W);
    for (; i + W <= count; i += W) part[0] += FN(load)(x + start + i);
    if (i < count) part[1] += FN(load_part)(x + start + i, count - i);
    sum += FN(total)((part[0] + part[1]) + (part[2] + part[3]));
  }
  return (T)sum;
}

// Few columns, one row after the other: vectors run over the rows' ends, and `columns` of them
// hold the same columns again.
ALWAYS_INLINE void FN(narrow_column_sums)(const T *x, T *out, int64_t count, const int columns) {
  double all[16] = {0};
  int64_t row = 0;
  while (count - row >= W) {
    V part[16];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) part[j] = (V){0};
    for (int n = 0; n < 64 && count - row >= W; n++, row += W)
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) part[j] += FN(load)(x + row * columns + j * W);
    T lanes[16 * W];
    for (int j = 0; j < columns; j++) FN(store)(lanes + j * W, part[j]);
    for (int i = 0; i < columns * W; i++) all[i % columns] += lanes[i];
  }
  for (; row < count; row++)
    for (int j = 0; j < columns; j++) all[j] += x[row * columns + j];
  for (int j = 0; j < columns; j++) out[j] = (T)all[j];
}

// Rows are summed in blocks, the blocks' sums added up.
enum { FN(summed_rows) = 128 };

// A few vectors of columns, whose sums stay in registers. Where they are few, `together` blocks are summed beside each
// other, so that an addition need not wait for the last one.
ALWAYS_INLINE void FN(column_panel)(const T *x, T *out, int64_t count, int64_t stride, const int vectors,
                                    const int together) {
  V all[8], part[4][8];
#pragma clang loop unroll(full)
  for (int j = 0; j < vectors; j++) all[j] = (V){0};
  int64_t start = 0;
#define BLOCKS(NUMBER, ROWS) \
  do { \
    _Pragma("clang loop unroll(full)") for (int b = 0; b < NUMBER; b++) \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) part[b][j] = (V){0}; \
    for (int64_t r = start; r < start + ROWS; r++) \
      _Pragma("clang loop unroll(full)") for (int b = 0; b < NUMBER; b++) \
          _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) part[b][j] += \
          FN(load)(x + (r + b * FN(summed_rows)) * stride + j * W); \
    _Pragma("clang loop unroll(full)") for (int b = 0; b < NUMBER; b++) \
        _Pragma("clang loop unroll(full)") for (int j = 0; j < vectors; j++) all[j] += part[b][j]; \
  } while (0)
  for (; together > 1 && count - start >= together * FN(summed_rows); start += together * FN(summed_rows))
    BLOCKS(together, FN(summed_rows));
  for (; start < count; start += FN(summed_rows)) {
    const int64_t some = count - start < FN(summed_rows) ? count - start : FN(summed_rows);
    BLOCKS(1, some);
  }
#undef BLOCKS
#pragma clang loop unroll(full)
  for (int j = 0; j < vectors; j++) FN(store)(out + j * W, all[j]);
}

static void FN(column_sums)(const T *x, T *out, int64_t count, int64_t stride, int64_t columns) {
  if (stride == columns) switch (columns) {
      case 2:
        FN(narrow_column_sums)(x, out, count, 2);
        return;
      case 3:
        FN(narrow_column_sums)(x, out, count, 3);
        return;
      case 4:
        FN(narrow_column_sums)(x, out, count, 4);
        return;
      case 5:
        FN(narrow_column_sums)(x, out, count, 5);
        return;
      case 6:
        FN(narrow_column_sums)(x, out, count, 6);
        return;
      case 8:
        FN(narrow_column_sums)(x, out, count, 8);
        return;
    }
  if (columns < W) {
    T all[W] = {0}, part[W];
    for (int64_t start = 0; start < count; start += FN(summed_rows)) {
      const int64_t stop = start + FN(summed_rows) < count ? start + FN(summed_rows) : count;
      memset(part, 0, sizeof part);
      for (int64_t r = start; r < stop; r++)
        for (int64_t i = 0; i < columns; i++) part[i] += x[r * stride + i];
      for (int64_t i = 0; i < columns; i++) all[i] += part[i];
    }
    memcpy(out, all, columns * sizeof(T));
    return;
  }
  // The last vector covers some columns again, where there is no whole one left.
  for (int64_t c = 0; c < columns;) {
    const int64_t left = (columns - c) / W;
    if (left == 0) c = columns - W;
#define PANEL(VECTORS) \
  if (left >= VECTORS || VECTORS == 1) { \
    FN(column_panel)(x + c, out + c, count, stride, VECTORS, VECTORS <= 2 ? 4 : 1); \
    c += VECTORS * W; \
  }
    PANEL(8) else PANEL(4) else PANEL(2) else PANEL(1)
#undef PANEL
  }
}

// The mean and the variance of each column, in one pass over memory: those of blocks of rows,
// joined after Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
// computing sample variances", 1979.
static void FN(column_moments)(const void *arguments, int64_t begin, int64_t end) {
  const tern_columns *p = arguments;
  enum { chunk = 64, rows = 64 };
  for (int64_t c = begin; c < end; c += chunk) {
    const int width = (int)(end - c < chunk ? end - c : chunk);
    double mean[chunk], square[chunk];
    for (int i = 0; i < width; i++) mean[i] = square[i] = 0;
    for (int64_t start = 0; start < p->rows; start += rows) {
      const int64_t some = p->rows - start < rows ? p->rows - start : rows;
      const T *x = (const T *)p->x + start * p->columns + c;
      T sum[chunk], part[chunk];
      for (int i = 0; i < width; i++) sum[i] = part[i] = 0;
      for (int64_t r = 0; r < some; r++)
        for (int i = 0; i < width; i++) sum[i] += x[r * p->columns + i];
      const T share = 1 / (T)some;
      for (int i = 0; i < width; i++) sum[i] *= share;
      for (int64_t r = 0; r < some; r++)
        for (int i = 0; i < width; i++) {
          const T d = x[r * p->columns + i] - sum[i];
          part[i] += d * d;
        }
      const double weight = (double)some / (double)(start + some);
      for (int i = 0; i < width; i++) {
        const double d = sum[i] - mean[i];
        mean[i] += d * weight;
        square[i] += part[i] + d * d * (double)start * weight;
      }
    }
    T *out = p->result;
    for (int i = 0; i < width; i++) {
      out[c + i] = (T)mean[i];
      out[p->columns + c + i] = (T)(square[i] / (double)p->rows);
    }
  }
}

// The sum over the rows of x y, for each column.
static void FN(column_dots)(const void *arguments, int64_t begin, int64_t end) {
  const tern_columns *p = arguments;
  enum { chunk = 64, rows = 128 };
  for (int64_t c = begin; c < end; c += chunk) {
    const int width = (int)(end - c < chunk ? end - c : chunk);
    double all[chunk];
    for (int i = 0; i < width; i++) all[i] = 0;
    for (int64_t start = 0; start < p->rows; start += rows) {
      const int64_t stop = start + rows < p->rows ? start + rows : p->rows;
      T part[chunk];
      for (int i = 0; i < width; i++) part[i] = 0;
      for (int64_t r = start; r < stop; r++) {
        const T *x = (const T *)p->x + r * p->columns + c, *y = (const T *)p->y + r * p->columns + c;
        for (int i = 0; i < width; i++) part[i] += x[i] * y[i];
      }
      for (int i = 0; i < width; i++) all[i] += part[i];
    }
    for (int i = 0; i < width; i++) ((T *)p->result)[c + i] = (T)all[i];
  }
}
