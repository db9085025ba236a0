// Convolutions by their definition, for the shapes that no special kernel serves.

// Walks over all pairs of an output position and a kernel position that meet inside the grid.
#define FOR_EACH_MEETING(BODY)                                                   \
  for (int64_t o0 = 0; o0 < s->out[0]; o0++)                                     \
    for (int64_t o1 = 0; o1 < s->out[1]; o1++)                                   \
      for (int64_t o2 = 0; o2 < s->out[2]; o2++)                                 \
        for (int64_t k0 = 0; k0 < s->kernel[0]; k0++) {                          \
          const int64_t i0 = o0 * s->stride[0] + k0 * s->dilation[0] - s->before[0]; \
          if (i0 < 0 || i0 >= s->in[0]) continue;                                \
          for (int64_t k1 = 0; k1 < s->kernel[1]; k1++) {                        \
            const int64_t i1 = o1 * s->stride[1] + k1 * s->dilation[1] - s->before[1]; \
            if (i1 < 0 || i1 >= s->in[1]) continue;                              \
            for (int64_t k2 = 0; k2 < s->kernel[2]; k2++) {                      \
              const int64_t i2 = o2 * s->stride[2] + k2 * s->dilation[2] - s->before[2]; \
              if (i2 < 0 || i2 >= s->in[2]) continue;                            \
              const int64_t out = (o0 * s->out[1] + o1) * s->out[2] + o2;        \
              const int64_t in = (i0 * s->in[1] + i1) * s->in[2] + i2;           \
              const int64_t at = (k0 * s->kernel[1] + k1) * s->kernel[2] + k2;   \
              BODY                                                               \
            }                                                                    \
          }                                                                      \
        }

static void FN(convolve)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  const int64_t outs = s->out[0] * s->out[1] * s->out[2] * s->c_out;
  const int64_t ins = s->in[0] * s->in[1] * s->in[2] * s->c_in;
  const int64_t depth = s->c_in / s->groups, width = s->c_out / s->groups;
  for (int64_t n = begin; n < end; n++) {
    const T *x = (const T *)p->x + n * ins;
    T *y = (T *)p->result + n * outs;
    memset(y, 0, outs * sizeof(T));
    FOR_EACH_MEETING({
      for (int64_t g = 0; g < s->groups; g++)
        for (int64_t c = 0; c < depth; c++) {
          const T v = x[in * s->c_in + g * depth + c];
          const T *w = (const T *)p->w + (at * depth + c) * s->c_out + g * width;
          T *to = y + out * s->c_out + g * width;
          for (int64_t j = 0; j < width; j++) to[j] += v * w[j];
        }
    })
    for (int64_t i = 0; i < outs; i++) {
      T v = y[i] + (p->bias ? ((const T *)p->bias)[i % s->c_out] : 0);
      if (p->relu && v < 0) v = 0;
      y[i] = p->gate && !(((const T *)p->gate)[n * outs + i] > 0) ? 0 : v;
    }
  }
}

static void FN(convolve_back)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  const int64_t outs = s->out[0] * s->out[1] * s->out[2] * s->c_out;
  const int64_t ins = s->in[0] * s->in[1] * s->in[2] * s->c_in;
  const int64_t depth = s->c_in / s->groups, width = s->c_out / s->groups;
  for (int64_t n = begin; n < end; n++) {
    const T *y = (const T *)p->y + n * outs;
    T *x = (T *)p->result + n * ins;
    memset(x, 0, ins * sizeof(T));
    FOR_EACH_MEETING({
      for (int64_t g = 0; g < s->groups; g++)
        for (int64_t c = 0; c < depth; c++) {
          const T *w = (const T *)p->w + (at * depth + c) * s->c_out + g * width;
          const T *from = y + out * s->c_out + g * width;
          T sum = 0;
          for (int64_t j = 0; j < width; j++) sum += from[j] * w[j];
          x[in * s->c_in + g * depth + c] += sum;
        }
    })
    for (int64_t i = 0; i < ins; i++) {
      T v = x[i] + (p->bias ? ((const T *)p->bias)[i % s->c_in] : 0);
      if (p->relu && v < 0) v = 0;
      x[i] = p->gate && !(((const T *)p->gate)[n * ins + i] > 0) ? 0 : v;
    }
  }
}

// One unit: everything.
static void FN(convolve_kernel)(const void *arguments, int64_t begin, int64_t end) {
  const tern_convolution *p = arguments;
  const tern_window *s = &p->window;
  const int64_t outs = s->out[0] * s->out[1] * s->out[2] * s->c_out;
  const int64_t ins = s->in[0] * s->in[1] * s->in[2] * s->c_in;
  const int64_t depth = s->c_in / s->groups, width = s->c_out / s->groups;
  memset(p->result, 0, s->kernel[0] * s->kernel[1] * s->kernel[2] * depth * s->c_out * sizeof(T));
  for (int64_t n = 0; n < s->images; n++) {
    const T *x = (const T *)p->x + n * ins, *y = (const T *)p->y + n * outs;
    FOR_EACH_MEETING({
      for (int64_t g = 0; g < s->groups; g++)
        for (int64_t c = 0; c < depth; c++) {
          const T v = x[in * s->c_in + g * depth + c];
          T *w = (T *)p->result + (at * depth + c) * s->c_out + g * width;
          const T *from = y + out * s->c_out + g * width;
          for (int64_t j = 0; j < width; j++) w[j] += v * from[j];
        }
    })
  }
}
