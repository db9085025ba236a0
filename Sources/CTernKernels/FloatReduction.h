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

// Rows are summed in blocks, the blocks' sums added up.
static void FN(column_sums)(const T *x, T *out, int64_t count, int64_t stride, int64_t columns) {
  enum { chunk = 256, rows = 128 };
  for (int64_t c = 0; c < columns; c += chunk) {
    const int64_t width = columns - c < chunk ? columns - c : chunk;
    T all[chunk], part[chunk];
    memset(all, 0, sizeof all);
    for (int64_t start = 0; start < count; start += rows) {
      const int64_t stop = start + rows < count ? start + rows : count;
      memset(part, 0, sizeof part);
      for (int64_t r = start; r < stop; r++) {
        const T *row = x + r * stride + c;
        for (int64_t i = 0; i < width; i++) part[i] += row[i];
      }
      for (int64_t i = 0; i < width; i++) all[i] += part[i];
    }
    memcpy(out + c, all, width * sizeof(T));
  }
}
