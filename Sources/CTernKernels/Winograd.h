// Convolutions with windows of 3 x 3 in Winograd's form F(2 x 2, 3 x 3): 16 multiplications make the four places of a
// tile, where the window takes 36 (Winograd, 1980; Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
// CVPR 2016). With x the 4 x 4 values that a tile sees and w the window, its places are A'[(G w G') . (B'x B)]A. Over
// channels that is a matrix product for each of the 16, on the register tile.
//
// A place of F(2, 3) reads only products of what the window sees there, so that neither NaN nor a huge number spreads
// to other places of its tile. Larger tiles need fewer products, but their places read all of a tile.

// What a block of tiles takes of the second-level cache; for w's gradient more, since each adds to all sums.
enum { FN(winograd_bytes) = 256 * 1024, FN(winograd_slope_bytes) = 512 * 1024 };

// The kernel as `winograd` reads it: 16 matrices [c_in, c_out], G w G', and then w itself. A unit is one channel of the
// input.
static void FN(winograd_kernel)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const int64_t filters = p->window.c_out, apart = p->window.c_in * filters;
  for (int64_t at = begin * filters; at < end * filters; at += W) {
    const int64_t left = end * filters - at;
    const T *w = (const T *)p->w + at;
    T *u = (T *)p->result + at;
    V down[4][3];
#pragma clang loop unroll(full)
    for (int j = 0; j < 3; j++) {
      V w_of[3];
#pragma clang loop unroll(full)
      for (int i = 0; i < 3; i++) {
        w_of[i] = FN(load_up_to)(w + (3 * i + j) * apart, left);
        FN(store_up_to)(u + (16 + 3 * i + j) * apart, w_of[i], left);
      }
      const V ends = (w_of[0] + w_of[2]) * (T)0.5, middle = w_of[1] * (T)0.5;
      down[0][j] = w_of[0];
      down[1][j] = ends + middle;
      down[2][j] = ends - middle;
      down[3][j] = w_of[2];
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      const V ends = (down[i][0] + down[i][2]) * (T)0.5, middle = down[i][1] * (T)0.5;
      FN(store_up_to)(u + (4 * i) * apart, down[i][0], left);
      FN(store_up_to)(u + (4 * i + 1) * apart, ends + middle, left);
      FN(store_up_to)(u + (4 * i + 2) * apart, ends - middle, left);
      FN(store_up_to)(u + (4 * i + 3) * apart, down[i][2], left);
    }
  }
}

// B'x B of 4 x 4 places of x, whose rows lie `row` apart: 16 values for each channel, `apart` from each other. Row by
// row, so that sixteen registers are enough.
static void FN(winograd_input)(const T *x, int64_t row, int64_t channels, T *v, int64_t apart) {
  static const int plus[4] = {0, 1, 2, 1}, minus[4] = {2, 2, 1, 3};
  for (int64_t c = 0; c < channels; c += W) {
    const int64_t left = channels - c;
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      V down[4];
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; j++) {
        const T *at = x + j * channels + c;
        const V one = FN(load_up_to)(at + plus[i] * row, left), other = FN(load_up_to)(at + minus[i] * row, left);
        down[j] = i == 1 ? one + other : one - other;
      }
      T *to = v + 4 * i * apart + c;
      FN(store_up_to)(to, down[0] - down[2], left);
      FN(store_up_to)(to + apart, down[1] + down[2], left);
      FN(store_up_to)(to + 2 * apart, down[2] - down[1], left);
      FN(store_up_to)(to + 3 * apart, down[1] - down[3], left);
    }
  }
}

// Where a tile lies: its first place, and how many of its rows and columns are in the grid.
typedef struct {
  int64_t image, row, column, rows, columns;
} FN(winograd_tile);

ALWAYS_INLINE FN(winograd_tile) FN(within)(const tern_window *s, FN(winograd_tile) t) {
  t.rows = s->out[1] - t.row < 2 ? 1 : 2;
  t.columns = s->out[2] - t.column < 2 ? 1 : 2;
  return t;
}

ALWAYS_INLINE FN(winograd_tile) FN(tile_at)(const tern_window *s, int64_t number) {
  const int64_t across = (s->out[2] + 1) / 2, down = (s->out[1] + 1) / 2;
  const FN(winograd_tile)
      t = {.image = number / (across * down), .row = number / across % down * 2, .column = number % across * 2};
  return FN(within)(s, t);
}

ALWAYS_INLINE FN(winograd_tile) FN(tile_after)(const tern_window *s, FN(winograd_tile) t) {
  t.column += 2;
  if (t.column >= s->out[2]) {
    t.column = 0;
    t.row += 2;
  }
  if (t.row >= s->out[1]) {
    t.row = 0;
    t.image++;
  }
  return FN(within)(s, t);
}

// The 4 x 4 places of x that a tile sees, and how far apart their rows are: those in the image, or where some are
// outside a copy with zeros.
static const T *FN(winograd_places)(const tern_convolution *p, FN(winograd_tile) t, T *copy, int64_t *row) {
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in, above = t.row - s->before[1], ahead = t.column - s->before[2];
  const T *image = (const T *)p->x + t.image * s->in[1] * s->in[2] * channels;
  if (above >= 0 && ahead >= 0 && above + 4 <= s->in[1] && ahead + 4 <= s->in[2]) {
    *row = s->in[2] * channels;
    return image + above * *row + ahead * channels;
  }
  *row = 4 * channels;
  for (int64_t i = 0; i < 4; i++)
    for (int64_t j = 0; j < 4; j++) {
      const int64_t i1 = above + i, i2 = ahead + j;
      T *to = copy + (4 * i + j) * channels;
      if (i1 >= 0 && i1 < s->in[1] && i2 >= 0 && i2 < s->in[2])
        memcpy(to, image + (i1 * s->in[2] + i2) * channels, channels * sizeof(T));
      else memset(to, 0, channels * sizeof(T));
    }
  return copy;
}

// A'm A of the 16 products of a tile, with bias, relu and gate, stored. Returns 0 in all lanes, or NaN where a sum is
// no finite number.
static V FN(winograd_output)(const tern_convolution *p, FN(winograd_tile) t, const T *m, int64_t apart) {
  const tern_window *s = &p->window;
  const int64_t filters = s->c_out;
  const int64_t first = ((t.image * s->out[1] + t.row) * s->out[2] + t.column) * filters;
  V odd = {0};
  for (int64_t c = 0; c < filters; c += W) {
    const int64_t left = filters - c;
    V down[2][4];
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
      V m_of[4];
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) {
        const T *at = m + (4 * i + j) * apart + c;
        m_of[i] = FN(load_up_to)(at, left);
      }
      down[0][j] = m_of[0] + m_of[1] + m_of[2];
      down[1][j] = m_of[1] - m_of[2] - m_of[3];
    }
    V bias = {0};
    if (p->bias) bias = FN(load_up_to)((const T *)p->bias + c, left);
#pragma clang loop unroll(full)
    for (int i = 0; i < 2; i++) {
      const V sums[2] = {down[i][0] + down[i][1] + down[i][2], down[i][1] - down[i][2] - down[i][3]};
#pragma clang loop unroll(full)
      for (int j = 0; j < 2; j++) {
        if (i >= t.rows || j >= t.columns) continue;
        odd += sums[j] * (V){0};
        const int64_t at = first + (i * s->out[2] + j) * filters + c;
        V value = p->bias ? sums[j] + bias : sums[j];
        if (p->relu) value = FN(blend)((M)(value < (V){0}), (V){0}, value);
        if (p->gate) {
          const V open = FN(load_up_to)((const T *)p->gate + at, left);
          value = FN(blend)((M)(open > (V){0}), value, (V){0});
        }
        FN(store_up_to)((T *)p->result + at, value, left);
      }
    }
  }
  return odd;
}

// A tile as `convolve` makes it: where numbers are infinite the products are taken from each other and would be NaN.
static void FN(winograd_direct)(const tern_convolution *p, FN(winograd_tile) t, T *copy) {
  const tern_window *s = &p->window;
  const int64_t depth = s->c_in, filters = s->c_out;
  const T *w = (const T *)p->w + 16 * depth * filters;
  int64_t row;
  const T *x = FN(winograd_places)(p, t, copy, &row);
  for (int64_t i = 0; i < t.rows; i++) {
    FN(tap) taps[3];
    int count = 0;
    for (int64_t k = 0; k < 3; k++) {
      const int64_t i1 = t.row + i + k - s->before[1];
      if (i1 < 0 || i1 >= s->in[1]) continue;
      taps[count++] = (FN(tap)){x + (i + k) * row, w + 3 * k * depth * filters, 3 * depth};
    }
    const int64_t at = ((t.image * s->out[1] + t.row + i) * s->out[2] + t.column) * filters;
    FN(conv_row)
    (taps, count, depth, filters, t.columns, filters, p->bias, p->gate ? (const T *)p->gate + at : 0,
     (T *)p->result + at, filters, p->relu);
  }
}

// y from x and the kernel of `winograd_kernel`; one group, strides and dilations of 1. A unit is one image, or a row of
// tiles. What a tile becomes does not depend on the others of its block.
static void FN(winograd)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  const int64_t depth = s->c_in, filters = s->c_out, across = (s->out[2] + 1) / 2;
  const int64_t unit = p->by_row ? across : across * ((s->out[1] + 1) / 2);
  int64_t most = FN(winograd_bytes) / (16 * (depth + filters) * (int64_t)sizeof(T)) & ~7;
  if (most < 8) most = 8;
  if (most > (end - begin) * unit) most = (end - begin) * unit;
  // Between the 16 a line more, lest all fall on the same lines of the cache.
  const int64_t line = 64 / sizeof(T), v_apart = most * depth + line, m_apart = most * filters + line;
  T *v = tern_scratch(16 * (v_apart + m_apart + depth) * (int64_t)sizeof(T)), *m = v + 16 * v_apart;
  T *copy = m + 16 * m_apart;
  const tern_matrix_product product = {
      .n = filters, .k = depth, .a_row = depth, .a_column = 1, .b_row = filters, .c_row = filters};
  FN(winograd_tile) start = FN(tile_at)(s, begin * unit);
  for (int64_t first = begin * unit; first < end * unit; first += most) {
    const int64_t count = end * unit - first < most ? end * unit - first : most;
    FN(winograd_tile) t = start;
    for (int64_t i = 0; i < count; i++, t = FN(tile_after)(s, t)) {
      int64_t row;
      const T *x = FN(winograd_places)(p, t, copy, &row);
      FN(winograd_input)(x, row, depth, v + i * depth, v_apart);
    }
    for (int64_t i = 0; i < 16; i++) FN(product_rows)
    (&product, v + i * v_apart, (const T *)p->w + i * depth * filters, m + i * m_apart, 0, 0, count);
    V odd = {0};
    t = start;
    for (int64_t i = 0; i < count; i++, t = FN(tile_after)(s, t))
      odd += FN(winograd_output)(p, t, m + i * filters, m_apart);
    if (FN(total)(odd) != 0) {
      t = start;
      for (int64_t i = 0; i < count; i++, t = FN(tile_after)(s, t))
        if (FN(total)(FN(winograd_output)(p, t, m + i * filters, m_apart)) != 0) FN(winograd_direct)(p, t, copy);
    }
    start = t;
  }
}

// MARK: w's gradient

// A y A' of the places of y in a tile, zeros outside the grid.
static void FN(winograd_slope_output)(const tern_window *s, FN(winograd_tile) t, const T *y, T *v, int64_t apart) {
  const int64_t filters = s->c_out, row = s->out[2] * filters;
  y += ((t.image * s->out[1] + t.row) * s->out[2] + t.column) * filters;
  for (int64_t c = 0; c < filters; c += W) {
    const int64_t left = filters - c;
    V y_of[2][2] = {{{0}, {0}}, {{0}, {0}}};
    for (int64_t i = 0; i < t.rows; i++)
      for (int64_t j = 0; j < t.columns; j++) y_of[i][j] = FN(load_up_to)(y + i * row + j * filters + c, left);
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      V down[2];
#pragma clang loop unroll(full)
      for (int j = 0; j < 2; j++)
        down[j] = i == 0   ? y_of[0][j]
                  : i == 1 ? y_of[0][j] + y_of[1][j]
                  : i == 2 ? y_of[0][j] - y_of[1][j]
                           : -y_of[1][j];
      T *to = v + 4 * i * apart + c;
      FN(store_up_to)(to, down[0], left);
      FN(store_up_to)(to + apart, down[0] + down[1], left);
      FN(store_up_to)(to + 2 * apart, down[0] - down[1], left);
      FN(store_up_to)(to + 3 * apart, -down[1], left);
    }
  }
}

// G'm G of the 16 sums `m`, each of `apart` elements, into the 9 of a part of the result. Returns 0, or NaN where one
// is no finite number.
static T FN(winograd_slope_sums)(const T *m, int64_t apart, T *result) {
  V odd = {0};
  for (int64_t c = 0; c < apart; c += W) {
    const int64_t left = apart - c;
    V down[3][4];
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
      const V m0 = FN(load_up_to)(m + j * apart + c, left), m1 = FN(load_up_to)(m + (4 + j) * apart + c, left),
              m2 = FN(load_up_to)(m + (8 + j) * apart + c, left), m3 = FN(load_up_to)(m + (12 + j) * apart + c, left);
      const V half = (m1 + m2) * (T)0.5;
      down[0][j] = m0 + half;
      down[1][j] = (m1 - m2) * (T)0.5;
      down[2][j] = half + m3;
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 3; i++) {
      const V half = (down[i][1] + down[i][2]) * (T)0.5;
      const V w[3] = {down[i][0] + half, (down[i][1] - down[i][2]) * (T)0.5, half + down[i][3]};
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) {
        odd += w[j] * (V){0};
        FN(store_up_to)(result + (3 * i + j) * apart + c, w[j], left);
      }
    }
  }
  return FN(total)(odd);
}

// w's gradient from x and y's: with y the 2 x 2 values of a tile it is G'[(B'x B) . (A y A')]G, summed over tiles
// before G is applied. Unit b sums over its share of the images, into part b of the result.
static void FN(winograd_slope)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  const int64_t depth = s->c_in, filters = s->c_out, all = depth * filters;
  const int64_t tiles = (s->out[1] + 1) / 2 * ((s->out[2] + 1) / 2);
  int64_t most = FN(winograd_slope_bytes) / (16 * (depth + filters) * (int64_t)sizeof(T)) & ~7;
  if (most < 64) most = 64;
  const int64_t line = 64 / sizeof(T), x_apart = most * depth + line, y_apart = most * filters + line;
  const FN(tiling) tiling = {.a_row = 1, .a_step = depth, .b_row = filters, .c_row = filters, .resume = 1};
  for (int64_t part = begin; part < end; part++) {
    // Taken for each part, since the fallback takes the thread's memory too, and may have it grow.
    T *v = tern_scratch(16 * (x_apart + y_apart + all + depth) * (int64_t)sizeof(T)), *y = v + 16 * x_apart;
    T *sums = y + 16 * y_apart, *copy = sums + 16 * all;
    const int64_t from = s->images * part / p->parts * tiles, to = s->images * (part + 1) / p->parts * tiles;
    memset(sums, 0, 16 * all * sizeof(T));
    FN(winograd_tile) t = FN(tile_at)(s, from);
    for (int64_t first = from; first < to; first += most) {
      const int64_t count = to - first < most ? to - first : most;
      for (int64_t i = 0; i < count; i++, t = FN(tile_after)(s, t)) {
        int64_t row;
        const T *x = FN(winograd_places)(p, t, copy, &row);
        FN(winograd_input)(x, row, depth, v + i * depth, x_apart);
        FN(winograd_slope_output)(s, t, p->y, y + i * filters, y_apart);
      }
      for (int64_t i = 0; i < 16; i++) {
        const FN(tap) tap = {v + i * x_apart, y + i * y_apart, count};
        FN(tiles)(&tap, 1, tiling, depth, filters, sums + i * all);
      }
    }
    if (FN(winograd_slope_sums)(sums, all, (T *)p->result + part * 9 * all) != 0)
      FN(convolve_kernel)(p, part, part + 1);
  }
}
