// Convolutions as matrix products along rows of the grid: a few neighbouring places of an
// output row times the filters make a tile of registers, which sums over the taps of the
// window. Nothing is rearranged but rows that the window overlaps at the edge, which get zeros
// around them.

// A row of places: neighbouring values of x against rows of w.
static void FN(conv_row)(const FN(tap) * taps, int count, int64_t a_row, int64_t b_row, int64_t rows, int64_t n,
                         const T *bias, const T *gate, T *c, int64_t c_row, int relu) {
  const FN(tiling)
      t = {.a_row = a_row, .a_step = 1, .b_row = b_row, .c_row = c_row, .bias = bias, .gate = gate, .relu = relu};
  FN(tiles)(taps, count, t, rows, n, c);
}

// A part of w's gradient: runs of x, place by place, against rows of y, added to c.
static void FN(conv_sums)(const FN(tap) * taps, int count, int64_t a_step, int64_t b_row, int64_t rows, int64_t n, T *c,
                          int64_t c_row) {
  const FN(tiling) t = {.a_row = 1, .a_step = a_step, .b_row = b_row, .c_row = c_row, .resume = 1};
  FN(tiles)(taps, count, t, rows, n, c);
}

// MARK: Rows with zeros around them

// Rows of an image as the window needs them: from `first` on, `cells` long, each made once as
// the window passes. Where the grid has all of it the row itself serves.
typedef struct {
  const T *image;
  T *ring;
  int64_t *tags;
  int64_t in0, in1, in2, channels;
  int64_t first, cells;
  int64_t span0, span1;
  int whole;
} FN(rows);

static FN(rows) FN(make_rows)(int64_t in0, int64_t in1, int64_t in2, int64_t channels, int64_t first, int64_t cells,
                              int64_t span0, int64_t span1) {
  FN(rows) r = {.in0 = in0, .in1 = in1, .in2 = in2, .channels = channels, .first = first, .cells = cells};
  r.span0 = span0 < in0 ? span0 : in0;
  r.span1 = span1 < in1 ? span1 : in1;
  r.whole = first >= 0 && first + cells <= in2;
  if (!r.whole) {
    const int64_t slots = r.span0 * r.span1;
    char *memory = tern_scratch(slots * (cells * channels * (int64_t)sizeof(T) + 8) + 64);
    r.tags = (int64_t *)memory;
    r.ring = (T *)(memory + ((slots * 8 + 63) & ~63));
  }
  return r;
}

static void FN(start_image)(FN(rows) * r, const T *image) {
  r->image = image;
  if (!r->whole)
    for (int64_t i = 0; i < r->span0 * r->span1; i++) r->tags[i] = -1;
}

ALWAYS_INLINE const T *FN(row)(FN(rows) * r, int64_t i0, int64_t i1) {
  const int64_t number = i0 * r->in1 + i1, channels = r->channels;
  const T *source = r->image + number * r->in2 * channels;
  if (r->whole) return source + r->first * channels;
  const int64_t slot = (i0 % r->span0) * r->span1 + i1 % r->span1;
  T *row = r->ring + slot * r->cells * channels;
  if (r->tags[slot] == number) return row;
  r->tags[slot] = number;
  const int64_t from = r->first < 0 ? 0 : r->first;
  int64_t to = r->first + r->cells < r->in2 ? r->first + r->cells : r->in2;
  if (to < from) to = from;
  const int64_t before = from - r->first < r->cells ? from - r->first : r->cells;
  const int64_t after = r->cells - before - (to - from);
  memset(row, 0, before * channels * sizeof(T));
  memcpy(row + before * channels, source + from * channels, (to - from) * channels * sizeof(T));
  memset(row + (r->cells - after) * channels, 0, after * channels * sizeof(T));
  return row;
}

// MARK: y from x and w

ALWAYS_INLINE int64_t FN(volume)(const int64_t *n) { return n[0] * n[1] * n[2]; }

static void FN(depthwise)(const tern_convolution *p, int64_t begin, int64_t end);
static void FN(depthwise_back)(const tern_convolution *p, int64_t begin, int64_t end);
static void FN(depthwise_kernel)(const tern_convolution *p, int64_t begin, int64_t end);

static void FN(convolve)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  if (s->groups == s->c_in && s->c_in == s->c_out && s->groups > 1) {
    FN(depthwise)(p, begin, end);
    return;
  }
  const int64_t depth = s->c_in / s->groups, width = s->c_out / s->groups;
  const int64_t span2 = (s->kernel[2] - 1) * s->dilation[2] + 1;
  const int merged = s->dilation[2] == 1 && s->groups == 1;
  FN(rows)
  x = FN(make_rows)(s->in[0], s->in[1], s->in[2], s->c_in, -s->before[2], (s->out[2] - 1) * s->stride[2] + span2,
                    (s->kernel[0] - 1) * s->dilation[0] + 1, (s->kernel[1] - 1) * s->dilation[1] + 1);
  FN(tap) taps[tern_max_taps];
  const int64_t rows = s->out[0] * s->out[1], unit = p->by_row ? 1 : rows;
  for (int64_t r = begin * unit; r < end * unit; r++) {
    const int64_t n = r / rows, o0 = r % rows / s->out[1], o1 = r % s->out[1];
    if (r == begin * unit || r % rows == 0) FN(start_image)(&x, (const T *)p->x + n * FN(volume)(s->in) * s->c_in);
    for (int64_t g = 0; g < s->groups; g++) {
      int count = 0;
      for (int64_t k0 = 0; k0 < s->kernel[0]; k0++) {
        const int64_t i0 = o0 * s->stride[0] + k0 * s->dilation[0] - s->before[0];
        if (i0 < 0 || i0 >= s->in[0]) continue;
        for (int64_t k1 = 0; k1 < s->kernel[1]; k1++) {
          const int64_t i1 = o1 * s->stride[1] + k1 * s->dilation[1] - s->before[1];
          if (i1 < 0 || i1 >= s->in[1]) continue;
          const T *row = FN(row)(&x, i0, i1) + g * depth;
          const T *w = (const T *)p->w + (k0 * s->kernel[1] + k1) * s->kernel[2] * depth * s->c_out + g * width;
          if (merged) {
            taps[count++] = (FN(tap)){row, w, s->kernel[2] * depth};
            continue;
          }
          for (int64_t k2 = 0; k2 < s->kernel[2]; k2++)
            taps[count++] = (FN(tap)){row + k2 * s->dilation[2] * s->c_in, w + k2 * depth * s->c_out, depth};
        }
      }
      const int64_t at = (((n * s->out[0] + o0) * s->out[1] + o1) * s->out[2]) * s->c_out + g * width;
      FN(conv_row)
      (taps, count, s->stride[2] * s->c_in, s->c_out, s->out[2], width, p->bias ? (const T *)p->bias + g * width : 0,
       p->gate ? (const T *)p->gate + at : 0, (T *)p->result + at, s->c_out, p->relu);
    }
  }
}

// MARK: x's gradient from y's and w

// w is [window, filters, channels] for one group. Places of x that the stride sets apart are
// rows of their own.
static void FN(convolve_back)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  if (s->groups > 1) {
    FN(depthwise_back)(p, begin, end);
    return;
  }
  // The first and the last place of y that a place of x meets.
  const int64_t stride = s->stride[2];
  const int64_t reach = (s->kernel[2] - 1) * s->dilation[2];
  const int64_t first = s->before[2] < reach ? -((reach - s->before[2] + stride - 1) / stride) : 0;
  const int64_t last = (s->in[2] - 1 + s->before[2]) / stride;
  FN(rows)
  y = FN(make_rows)(
      s->out[0], s->out[1], s->out[2], s->c_out, first, (last + 1 > s->out[2] ? last + 1 : s->out[2]) - first,
      (s->kernel[0] - 1) * s->dilation[0] / s->stride[0] + 2, (s->kernel[1] - 1) * s->dilation[1] / s->stride[1] + 2);
  FN(tap) taps[tern_max_taps];
  const int64_t rows = s->in[0] * s->in[1], unit = p->by_row ? 1 : rows;
  for (int64_t r = begin * unit; r < end * unit; r++) {
    const int64_t n = r / rows, i0 = r % rows / s->in[1], i1 = r % s->in[1];
    if (r == begin * unit || r % rows == 0) FN(start_image)(&y, (const T *)p->y + n * FN(volume)(s->out) * s->c_out);
    for (int64_t phase = 0; phase < stride && phase < s->in[2]; phase++) {
      int count = 0;
      for (int64_t k0 = 0; k0 < s->kernel[0]; k0++) {
        const int64_t m0 = i0 + s->before[0] - k0 * s->dilation[0], o0 = m0 / s->stride[0];
        if (m0 < 0 || m0 % s->stride[0] || o0 >= s->out[0]) continue;
        for (int64_t k1 = 0; k1 < s->kernel[1]; k1++) {
          const int64_t m1 = i1 + s->before[1] - k1 * s->dilation[1], o1 = m1 / s->stride[1];
          if (m1 < 0 || m1 % s->stride[1] || o1 >= s->out[1]) continue;
          const T *row = FN(row)(&y, o0, o1);
          const T *w = (const T *)p->w + (k0 * s->kernel[1] + k1) * s->kernel[2] * s->c_in * s->c_out;
          for (int64_t k2 = 0; k2 < s->kernel[2]; k2++) {
            const int64_t m2 = phase + s->before[2] - k2 * s->dilation[2];
            if (((m2 % stride) + stride) % stride) continue;
            taps[count++] = (FN(tap)){row + (m2 / stride - first) * s->c_out, w + k2 * s->c_in * s->c_out, s->c_out};
          }
        }
      }
      const int64_t at = (((n * s->in[0] + i0) * s->in[1] + i1) * s->in[2] + phase) * s->c_in;
      FN(conv_row)
      (taps, count, s->c_out, s->c_in, (s->in[2] - phase + stride - 1) / stride, s->c_in, p->bias,
       p->gate ? (const T *)p->gate + at : 0, (T *)p->result + at, stride * s->c_in, p->relu);
    }
  }
}

// MARK: w's gradient from x and y's

// Unit b sums over its share of the images, into part b of the result.
static void FN(convolve_kernel)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  if (s->groups == s->c_in && s->c_in == s->c_out && s->groups > 1) {
    FN(depthwise_kernel)(p, begin, end);
    return;
  }
  const int64_t depth = s->c_in / s->groups, width = s->c_out / s->groups;
  const int64_t span2 = (s->kernel[2] - 1) * s->dilation[2] + 1;
  const int merged = s->dilation[2] == 1 && s->groups == 1;
  const int64_t runs = merged ? 1 : s->kernel[2], run = merged ? s->kernel[2] * depth : depth;
  enum { block = 8 }; // rows of places for which the sums stay in registers
  FN(rows)
  x = FN(make_rows)(s->in[0], s->in[1], s->in[2], s->c_in, -s->before[2], (s->out[2] - 1) * s->stride[2] + span2,
                    (s->kernel[0] - 1) * s->dilation[0] + 1,
                    (s->kernel[1] - 1) * s->dilation[1] + 1 + (block - 1) * s->stride[1]);
  FN(tap) taps[block];
  const int64_t weights = FN(volume)(s->kernel) * depth * s->c_out;
  for (int64_t part = begin; part < end; part++) {
    T *result = (T *)p->result + part * weights;
    memset(result, 0, weights * sizeof(T));
    for (int64_t n = s->images * part / p->parts; n < s->images * (part + 1) / p->parts; n++) {
      FN(start_image)(&x, (const T *)p->x + n * FN(volume)(s->in) * s->c_in);
      for (int64_t o0 = 0; o0 < s->out[0]; o0++)
        for (int64_t start = 0; start < s->out[1]; start += block) {
          const int64_t stop = start + block < s->out[1] ? start + block : s->out[1];
          for (int64_t k0 = 0; k0 < s->kernel[0]; k0++) {
            const int64_t i0 = o0 * s->stride[0] + k0 * s->dilation[0] - s->before[0];
            if (i0 < 0 || i0 >= s->in[0]) continue;
            for (int64_t k1 = 0; k1 < s->kernel[1]; k1++)
              for (int64_t g = 0; g < s->groups; g++)
                for (int64_t r = 0; r < runs; r++) {
                  int count = 0;
                  for (int64_t o1 = start; o1 < stop; o1++) {
                    const int64_t i1 = o1 * s->stride[1] + k1 * s->dilation[1] - s->before[1];
                    if (i1 < 0 || i1 >= s->in[1]) continue;
                    const T *y = (const T *)p->y + ((n * s->out[0] + o0) * s->out[1] + o1) * s->out[2] * s->c_out;
                    const T *row = FN(row)(&x, i0, i1) + r * s->dilation[2] * s->c_in + g * depth;
                    taps[count++] = (FN(tap)){row, y + g * width, s->out[2]};
                  }
                  T *w = result + (k0 * s->kernel[1] + k1) * s->kernel[2] * depth * s->c_out;
                  FN(conv_sums)
                  (taps, count, s->stride[2] * s->c_in, s->c_out, run, width, w + r * depth * s->c_out + g * width,
                   s->c_out);
                }
          }
        }
    }
  }
}

// MARK: One filter for each channel, and channels in groups

// Walks over all pairs of a place of y and a cell of the window that meet inside the grid.
#define FOR_EACH_MEETING(BODY) \
  for (int64_t o0 = 0; o0 < s->out[0]; o0++) \
    for (int64_t o1 = 0; o1 < s->out[1]; o1++) \
      for (int64_t o2 = 0; o2 < s->out[2]; o2++) \
        for (int64_t k0 = 0; k0 < s->kernel[0]; k0++) { \
          const int64_t i0 = o0 * s->stride[0] + k0 * s->dilation[0] - s->before[0]; \
          if (i0 < 0 || i0 >= s->in[0]) continue; \
          for (int64_t k1 = 0; k1 < s->kernel[1]; k1++) { \
            const int64_t i1 = o1 * s->stride[1] + k1 * s->dilation[1] - s->before[1]; \
            if (i1 < 0 || i1 >= s->in[1]) continue; \
            for (int64_t k2 = 0; k2 < s->kernel[2]; k2++) { \
              const int64_t i2 = o2 * s->stride[2] + k2 * s->dilation[2] - s->before[2]; \
              if (i2 < 0 || i2 >= s->in[2]) continue; \
              const int64_t out = ((o0 * s->out[1] + o1) * s->out[2] + o2) * s->c_out; \
              const int64_t in = ((i0 * s->in[1] + i1) * s->in[2] + i2) * s->c_in; \
              const int64_t at = (k0 * s->kernel[1] + k1) * s->kernel[2] + k2; \
              BODY \
            } \
          } \
        }

// Bias, relu and gate over `n` values that lie from `start` on.
static void FN(finish)(const tern_convolution *p, T *values, int64_t start, int64_t n, int64_t channels) {
  const T *bias = p->bias, *gate = p->gate;
  if (!bias && !gate && !p->relu) return;
  for (int64_t i = 0; i < n; i++) {
    T v = values[i] + (bias ? bias[i % channels] : 0);
    if (p->relu && v < 0) v = 0;
    values[i] = gate && !(gate[start + i] > 0) ? 0 : v;
  }
}

static void FN(depthwise)(const tern_convolution *p, int64_t begin, int64_t end) {
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in, outs = FN(volume)(s->out) * channels, ins = FN(volume)(s->in) * channels;
  for (int64_t n = begin; n < end; n++) {
    const T *x = (const T *)p->x + n * ins;
    T *y = (T *)p->result + n * outs;
    memset(y, 0, outs * sizeof(T));
    FOR_EACH_MEETING({
      const T *w = (const T *)p->w + at * channels;
      for (int64_t c = 0; c < channels; c++) y[out + c] += x[in + c] * w[c];
    })
    FN(finish)(p, y, n * outs, outs, channels);
  }
}

// Any groups; w as in the convolution.
static void FN(depthwise_back)(const tern_convolution *p, int64_t begin, int64_t end) {
  const tern_window *s = &p->window;
  const int64_t outs = FN(volume)(s->out) * s->c_out, ins = FN(volume)(s->in) * s->c_in;
  const int64_t depth = s->c_in / s->groups, width = s->c_out / s->groups;
  for (int64_t n = begin; n < end; n++) {
    const T *y = (const T *)p->y + n * outs;
    T *x = (T *)p->result + n * ins;
    memset(x, 0, ins * sizeof(T));
    FOR_EACH_MEETING({
      const T *w = (const T *)p->w + at * depth * s->c_out;
      if (depth == 1 && width == 1) {
        for (int64_t c = 0; c < s->c_in; c++) x[in + c] += y[out + c] * w[c];
      } else {
        for (int64_t g = 0; g < s->groups; g++)
          for (int64_t c = 0; c < depth; c++) {
            T sum = 0;
            for (int64_t j = g * width; j < (g + 1) * width; j++) sum += y[out + j] * w[c * s->c_out + j];
            x[in + g * depth + c] += sum;
          }
      }
    })
    FN(finish)(p, x, n * ins, ins, s->c_in);
  }
}

static void FN(depthwise_kernel)(const tern_convolution *p, int64_t begin, int64_t end) {
  const tern_window *s = &p->window;
  const int64_t channels = s->c_in, outs = FN(volume)(s->out) * channels, ins = FN(volume)(s->in) * channels;
  const int64_t weights = FN(volume)(s->kernel) * channels;
  for (int64_t part = begin; part < end; part++) {
    T *result = (T *)p->result + part * weights;
    memset(result, 0, weights * sizeof(T));
    for (int64_t n = s->images * part / p->parts; n < s->images * (part + 1) / p->parts; n++) {
      const T *x = (const T *)p->x + n * ins, *y = (const T *)p->y + n * outs;
      FOR_EACH_MEETING({
        T *w = result + at * channels;
        for (int64_t c = 0; c < channels; c++) w[c] += x[in + c] * y[out + c];
      })
    }
  }
}
#undef FOR_EACH_MEETING
