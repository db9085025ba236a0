// Steps on integers and booleans, and conversions between types. Plain loops:
// the compiler vectorises them.

#define EACH(name, EXPRESSION) \
  case tern_op_##name: \
    for (int64_t i = 0; i < n; i++) { \
      T x = px[i]; \
      pd[i] = EXPRESSION; \
    } \
    break;
#define EACH2(name, EXPRESSION) \
  case tern_op_##name: \
    for (int64_t i = 0; i < n; i++) { \
      T x = px[i], y = py[i]; \
      pd[i] = EXPRESSION; \
    } \
    break;
#define TEST2(name, CONDITION) \
  case tern_op_##name: \
    for (int64_t i = 0; i < n; i++) { \
      T x = px[i], y = py[i]; \
      pb[i] = CONDITION; \
    } \
    break;

// Wraps round on overflow as NumPy does; the casts make that defined in C.
#define INTEGER_STEP(SUFFIX, TYPE, UNSIGNED) \
  ALWAYS_INLINE TYPE integer_power_##SUFFIX(TYPE x, TYPE y) { \
    if (y < 0) return x == 1 ? 1 : x == -1 ? (y & 1 ? -1 : 1) : 0; \
    UNSIGNED result = 1, base = (UNSIGNED)x; \
    for (; y > 0; y >>= 1, base *= base) \
      if (y & 1) result *= base; \
    return (TYPE)result; \
  } \
  ALWAYS_INLINE TYPE integer_quotient_##SUFFIX(TYPE x, TYPE y) { \
    if (y == 0) return 0; \
    if (y == -1) return (TYPE)(0 - (UNSIGNED)x); \
    TYPE q = x / y; \
    return x % y != 0 && (x < 0) != (y < 0) ? q - 1 : q; \
  } \
  ALWAYS_INLINE TYPE integer_remainder_##SUFFIX(TYPE x, TYPE y) { \
    if (y == 0 || y == -1) return 0; \
    TYPE r = x % y; \
    return r != 0 && (r < 0) != (y < 0) ? r + y : r; \
  } \
  static void step_##SUFFIX(tern_op op, void *destination, const void *x0, const void *y0, const void *z0, \
                            int64_t n) { \
    typedef TYPE T; \
    T *pd = destination; \
    uint8_t *pb = destination; \
    const T *px = x0, *py = y0, *pz = z0; \
    switch (op) { \
      EACH(copy, x) \
      EACH(negate, (T)(0 - (UNSIGNED)x)) \
      EACH(absolute, x < 0 ? (T)(0 - (UNSIGNED)x) : x) \
      EACH(sign, (x > 0) - (x < 0)) \
      EACH(square, (T)((UNSIGNED)x * (UNSIGNED)x)) \
      EACH2(add, (T)((UNSIGNED)x + (UNSIGNED)y)) \
      EACH2(subtract, (T)((UNSIGNED)x - (UNSIGNED)y)) \
      EACH2(multiply, (T)((UNSIGNED)x * (UNSIGNED)y)) \
      EACH2(power, integer_power_##SUFFIX(x, y)) \
      EACH2(maximum, x > y ? x : y) \
      EACH2(minimum, x < y ? x : y) \
      EACH2(floorDivide, integer_quotient_##SUFFIX(x, y)) \
      EACH2(remainder, integer_remainder_##SUFFIX(x, y)) \
      TEST2(equal, x == y) \
      TEST2(notEqual, x != y) \
      TEST2(less, x < y) \
      TEST2(lessEqual, x <= y) \
      TEST2(greater, x > y) \
      TEST2(greaterEqual, x >= y) \
      case tern_op_select: { \
        const uint8_t *condition = x0; \
        for (int64_t i = 0; i < n; i++) pd[i] = condition[i] ? py[i] : pz[i]; \
        break; \
      } \
      default: \
        __builtin_trap(); \
    } \
  }

INTEGER_STEP(i32, int32_t, uint32_t)
INTEGER_STEP(i64, int64_t, uint64_t)

static void step_bool(tern_op op, void *destination, const void *x0, const void *y0, const void *z0, int64_t n) {
  typedef uint8_t T;
  T *pd = destination, *pb = destination;
  const T *px = x0, *py = y0, *pz = z0;
  switch (op) {
    EACH(copy, x)
    EACH(logicalNot, !x)
    EACH2(logicalAnd, x & y)
    EACH2(logicalOr, x | y)
    EACH2(logicalXor, x ^ y)
    EACH2(add, x | y)
    EACH2(multiply, x & y)
    EACH2(maximum, x | y)
    EACH2(minimum, x & y)
    TEST2(equal, x == y)
    TEST2(notEqual, x != y)
    TEST2(less, x < y)
    TEST2(lessEqual, x <= y)
    TEST2(greater, x > y)
    TEST2(greaterEqual, x >= y)
    case tern_op_select:
      for (int64_t i = 0; i < n; i++) pd[i] = px[i] ? py[i] : pz[i];
      break;
    default:
      __builtin_trap();
  }
}

#undef EACH
#undef EACH2
#undef TEST2

#define CONVERT(FROM, TO, EXPRESSION) \
  for (int64_t i = 0; i < n; i++) { \
    FROM x = ((const FROM *)source)[i]; \
    ((TO *)destination)[i] = (TO)(EXPRESSION); \
  } \
  return;
// NaN and what an integer cannot hold become the smallest integer, as NumPy's casts on x86-64.
#define CONVERT_FROM(DTYPE, FROM, INT32, INT64) \
  case DTYPE: \
    switch (to) { \
      case tern_float32: \
        CONVERT(FROM, float, x) \
      case tern_float64: \
        CONVERT(FROM, double, x) \
      case tern_int32: \
        CONVERT(FROM, int32_t, INT32) \
      case tern_int64: \
        CONVERT(FROM, int64_t, INT64) \
      case tern_bool: \
        CONVERT(FROM, uint8_t, x != 0) \
    }
#define WITHIN(TYPE, LIMIT, LEAST) (x >= -LIMIT && x < LIMIT ? (TYPE)x : LEAST)
#define CONVERT_REAL(DTYPE, FROM) \
  CONVERT_FROM(DTYPE, FROM, WITHIN(int32_t, 0x1p31, INT32_MIN), WITHIN(int64_t, 0x1p63, INT64_MIN))

static void convert(tern_dtype from, tern_dtype to, void *destination, const void *source, int64_t n) {
  switch (from) {
    CONVERT_REAL(tern_float32, float)
    CONVERT_REAL(tern_float64, double)
    CONVERT_FROM(tern_int32, int32_t, x, x)
    CONVERT_FROM(tern_int64, int64_t, x, x)
    CONVERT_FROM(tern_bool, uint8_t, x, x)
  }
}
#undef CONVERT
#undef CONVERT_FROM
#undef CONVERT_REAL
#undef WITHIN
