// The register tile of matrix products and convolutions: some rows times some columns, summed in registers over taps.
//
// A product is a convolution of one tap. The right operand's rows are read as vectors, the left one's elements are
// broadcast; nothing is packed. Each element is one chain of multiply-adds in the order of the taps and of their depth.

// A run of values of a against rows of b.
typedef struct {
  const T *a, *b;
  int64_t depth;
} FN(tap);

// How the operands lie, and what is done with each element before it is stored:
// c[i · c_row + j] = gated(relu(sum over taps and p of a[i · a_row + p · a_step] b[p · b_row + j] + bias[j]
//                          + scale addend[i · c_row + j])).
typedef struct {
  int64_t a_row, a_step, b_row, c_row;
  const T *bias, *addend, *gate;
  T scale;
  int relu;
  // Whether c already holds the beginning of the sums.
  int resume;
} FN(tiling);

// Vectors of columns that a tile takes, and rows: as many sums as there are registers for, beside a row of the right
// operand and one element of the left. A sum that lies in memory waits for its store at each step: half the speed.
enum { FN(panel_vectors) = 3, FN(panel_rows) = 8 };

// A depth of b that stays, with a panel of its columns, in the first-level cache.
enum { FN(tile_depth) = 256 };

ALWAYS_INLINE void FN(tile)(const int rows, const int vectors, const int partial, const FN(tap) * taps, int count,
                            const FN(tiling) t, int64_t row, int64_t column, int64_t tail, T *c) {
  const int64_t at = row * t.c_row + column;
  V sum[FN(panel_rows)][FN(panel_vectors)];
  c += at;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) {
      const int part = partial && j == vectors - 1;
      sum[i][j] = (V){0};
      if (t.resume) sum[i][j] = part ? FN(load_part)(c + i * t.c_row + j * W, tail) : FN(load)(c + i * t.c_row + j * W);
    }
  for (int tap = 0; tap < count; tap++) {
    const T *a = taps[tap].a + row * t.a_row, *b = taps[tap].b + column;
    for (int64_t p = taps[tap].depth; p > 0; p--, a += t.a_step, b += t.b_row) {
      V right[FN(panel_vectors)];
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++)
        right[j] = partial && j == vectors - 1 ? FN(load_part)(b + j * W, tail) : FN(load)(b + j * W);
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) {
        const V left = FN(splat)(a[i * t.a_row]);
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
      }
    }
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < vectors; j++) {
    const int part = partial && j == vectors - 1;
    V shift = {0};
    if (t.bias) {
      const T *bias = t.bias + column + j * W;
      shift = part ? FN(load_part)(bias, tail) : FN(load)(bias);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      V value = t.bias ? sum[i][j] + shift : sum[i][j];
      if (t.addend) {
        const T *addend = t.addend + at + i * t.c_row + j * W;
        value += t.scale * (part ? FN(load_part)(addend, tail) : FN(load)(addend));
      }
      if (t.relu) value = FN(blend)((M)(value < (V){0}), (V){0}, value);
      if (t.gate) {
        const T *gate = t.gate + at + i * t.c_row + j * W;
        const V open = part ? FN(load_part)(gate, tail) : FN(load)(gate);
        value = FN(blend)((M)(open > (V){0}), value, (V){0});
      }
      if (part) FN(store_part)(c + i * t.c_row + j * W, value, tail);
      else FN(store)(c + i * t.c_row + j * W, value);
    }
  }
}

#if defined(TERN_AVX512)
// The last few columns, at most half a vector of them.
ALWAYS_INLINE void FN(half_tile)(const int rows, const FN(tap) * taps, int count, const FN(tiling) t, int64_t row,
                                 int64_t column, int64_t width, T *c) {
  const int64_t at = row * t.c_row + column;
  const FN(h) zero = {0};
  FN(h) sum[16];
  c += at;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sum[i] = t.resume ? FN(load_half)(c + i * t.c_row, width) : zero;
  for (int tap = 0; tap < count; tap++) {
    const T *a = taps[tap].a + row * t.a_row, *b = taps[tap].b + column;
    for (int64_t p = taps[tap].depth; p > 0; p--, a += t.a_step, b += t.b_row) {
      const FN(h) right = FN(load_half)(b, width);
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) sum[i] += (a[i * t.a_row] - zero) * right;
    }
  }
  const FN(h) shift = t.bias ? FN(load_half)(t.bias + column, width) : zero;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    FN(h) value = t.bias ? sum[i] + shift : sum[i];
    if (t.addend) value += t.scale * FN(load_half)(t.addend + at + i * t.c_row, width);
    if (t.relu) value = (value < zero) ? zero : value;
    if (t.gate) value = (FN(load_half)(t.gate + at + i * t.c_row, width) > zero) ? value : zero;
    FN(store_half)(c + i * t.c_row, value, width);
  }
}
#endif

// `rows` rows of `n` columns, in panels of a few vectors.
ALWAYS_INLINE void FN(tiles)(const FN(tap) * taps, int count, const FN(tiling) t, int64_t rows, int64_t n, T *c) {
  int64_t all = (n + W - 1) / W;
#if defined(TERN_AVX512)
  const int64_t half = n % W <= W / 2 ? n % W : 0;
  if (half) all--;
#endif
#if TERN_REGISTERS == 32
  const int64_t panels = (all + 2) / 3;
#else
  // Of two vectors, one of three where they are odd: alone, a vector has too few sums to be summed at once.
  const int64_t panels = all < 2 ? all : all / 2;
#endif
  int64_t done = 0;
  for (int64_t panel = 0; panel < panels; panel++) {
    const int64_t stop = all * (panel + 1) / panels, column = done * W, left = n - column;
    const int vectors = (int)(stop - done);
    const int64_t tail = left < vectors * W ? left - (vectors - 1) * W : 0;
    int64_t i = 0;
#define TILE(ROWS, VECTORS, PARTIAL) FN(tile)(ROWS, VECTORS, PARTIAL, taps, count, t, i, column, tail, c)
#define TILES(ROWS, VECTORS) \
  for (; rows - i >= ROWS; i += ROWS) { \
    if (tail) TILE(ROWS, VECTORS, 1); \
    else TILE(ROWS, VECTORS, 0); \
  }
#define REST(ROWS, VECTORS) TILES(ROWS, VECTORS) TILES(2, VECTORS) TILES(1, VECTORS)
#if TERN_REGISTERS == 32
#define WIDTH(VECTORS) TILES(8, VECTORS) REST(4, VECTORS)
    if (vectors == 3) {
      WIDTH(3)
    } else if (vectors == 2) {
      WIDTH(2)
    } else {
      WIDTH(1)
    }
#undef WIDTH
#else
    if (vectors == 3) {
      REST(3, 3)
    } else if (vectors == 2) {
      // Rows that six do not divide go in fours.
      const int64_t fours = rows % 6 == 2 && rows > 2 ? 8 : rows % 6 == 4 ? 4 : 0;
      rows -= fours;
      TILES(6, 2)
      rows += fours;
      REST(4, 2)
    } else {
      TILES(8, 1)
      REST(4, 1)
    }
#endif
#undef REST
#undef TILES
#undef TILE
    done = stop;
  }
#if defined(TERN_AVX512)
  if (half) {
    int64_t i = 0;
#define BLOCKS(ROWS) \
  for (; rows - i >= ROWS; i += ROWS) FN(half_tile)(ROWS, taps, count, t, i, all * W, half, c);
    BLOCKS(16)
    BLOCKS(8)
    BLOCKS(4)
    BLOCKS(1)
#undef BLOCKS
  }
#endif
}
