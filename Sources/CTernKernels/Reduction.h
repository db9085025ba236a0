// Reductions over the middle axis of [outer, count, inner].

#define BETTER_MAX(x, y) ((x) > (y))
#define BETTER_MIN(x, y) ((x) < (y))

// A loop over the reduced axis for every output of the range.
#define FOLD(FROM, TO, START, UPDATE) \
  for (int64_t o = outer_begin; o < outer_end; o++) \
    for (int64_t j = inner_begin; j < inner_end; j++) { \
      const FROM *x = (const FROM *)p->x + o * p->count * p->inner + j; \
      TO value = START; \
      for (int64_t i = 0; i < p->count; i++, x += p->inner) { UPDATE; } \
      ((TO *)p->out)[o * p->inner + j] = value; \
    } \
  return;

// A NaN wins, as in NumPy; integers never differ from themselves.
#define EXTREMUM(FROM, BETTER) FOLD(FROM, FROM, *x, if (value == value && (BETTER(*x, value) || *x != *x)) value = *x)
#define ARGUMENT(FROM, BETTER) \
  for (int64_t o = outer_begin; o < outer_end; o++) \
    for (int64_t j = inner_begin; j < inner_end; j++) { \
      const FROM *x = (const FROM *)p->x + o * p->count * p->inner + j; \
      FROM best = *x; \
      int64_t at = 0; \
      for (int64_t i = 0; i < p->count; i++) { \
        const FROM v = x[i * p->inner]; \
        if (best == best && (BETTER(v, best) || v != v)) best = v, at = i; \
      } \
      ((int64_t *)p->out)[o * p->inner + j] = at; \
    } \
  return;

// Integers wrap round as NumPy's do; counting without a sign makes that defined in C.
#define INTEGER_SUM(FROM) FOLD(FROM, uint64_t, 0, value += (uint64_t) * x)
#define INTEGER_PRODUCT(FROM) FOLD(FROM, uint64_t, 1, value *= (uint64_t) * x)

#define REDUCE_TYPE(FROM, SUM, PRODUCT) \
  switch (p->op) { \
    case tern_reduce_sum: \
    SUM case tern_reduce_product: \
      PRODUCT \
    case tern_reduce_maximum: \
      EXTREMUM(FROM, BETTER_MAX) \
    case tern_reduce_minimum: \
      EXTREMUM(FROM, BETTER_MIN) \
    case tern_reduce_argmax: \
      ARGUMENT(FROM, BETTER_MAX) \
    case tern_reduce_argmin: \
      ARGUMENT(FROM, BETTER_MIN) \
  }

#define FLOAT_SUM(TYPE, SUFFIX) \
  for (int64_t o = outer_begin; o < outer_end; o++) { \
    const TYPE *x = (const TYPE *)p->x + o * p->count * p->inner + inner_begin; \
    TYPE *out = (TYPE *)p->out + o * p->inner + inner_begin; \
    if (p->inner == 1) *out = row_sum_##SUFFIX(x, p->count); \
    else column_sums_##SUFFIX(x, out, p->count, p->inner, inner_end - inner_begin); \
  } \
  return;

static void reduce(const void *arguments, int64_t begin, int64_t end) {
  const tern_reduce *p = arguments;
  const int64_t outer_begin = p->outer == 1 ? 0 : begin, outer_end = p->outer == 1 ? 1 : end;
  const int64_t inner_begin = p->outer == 1 ? begin : 0, inner_end = p->outer == 1 ? end : p->inner;
  switch (p->dtype) {
    case tern_float32:
      REDUCE_TYPE(float, FLOAT_SUM(float, f32), FOLD(float, float, 1, value *= *x))
    case tern_float64:
      REDUCE_TYPE(double, FLOAT_SUM(double, f64), FOLD(double, double, 1, value *= *x))
    case tern_int32:
      REDUCE_TYPE(int32_t, INTEGER_SUM(int32_t), INTEGER_PRODUCT(int32_t))
    case tern_int64:
      REDUCE_TYPE(int64_t, INTEGER_SUM(int64_t), INTEGER_PRODUCT(int64_t))
    case tern_bool:
      REDUCE_TYPE(uint8_t, INTEGER_SUM(uint8_t), INTEGER_PRODUCT(uint8_t))
  }
}
