// One step of an elementwise program on floating-point operands.

// `EXPRESSION` of vectors x, y, z; the last, partial vector takes the same path,
// so a value does not depend on where it lies.
#define MAP(name, ARITY, EXPRESSION) \
  case tern_op_##name: { \
    int64_t i = 0; \
    for (; i + W <= n; i += W) { \
      V x = FN(load)(px + i), y = ARITY > 1 ? FN(load)(py + i) : x, z = ARITY > 2 ? FN(load)(pz + i) : x; \
      (void)y, (void)z; \
      FN(store)(pd + i, EXPRESSION); \
    } \
    if (i < n) { \
      V x = FN(load_part)(px + i, n - i); \
      V y = ARITY > 1 ? FN(load_part)(py + i, n - i) : x; \
      V z = ARITY > 2 ? FN(load_part)(pz + i, n - i) : x; \
      (void)y, (void)z; \
      FN(store_part)(pd + i, EXPRESSION, n - i); \
    } \
    break; \
  }

// `CONDITION` is a vector mask; the result is bytes of 0 and 1.
#define TEST(name, ARITY, CONDITION) \
  case tern_op_##name: { \
    int8_t *pb = destination; \
    int64_t i = 0; \
    for (; i + W <= n; i += W) { \
      V x = FN(load)(px + i), y = ARITY > 1 ? FN(load)(py + i) : x; \
      (void)y; \
      B bytes = __builtin_convertvector((M)(CONDITION), B) & 1; \
      memcpy(pb + i, &bytes, W); \
    } \
    if (i < n) { \
      V x = FN(load_part)(px + i, n - i); \
      V y = ARITY > 1 ? FN(load_part)(py + i, n - i) : x; \
      (void)y; \
      B bytes = __builtin_convertvector((M)(CONDITION), B) & 1; \
      memcpy(pb + i, &bytes, n - i); \
    } \
    break; \
  }

#define LANES(name, EXPRESSION) \
  case tern_op_##name: \
    for (int64_t i = 0; i < n; i++) { \
      T x = px[i], y = py[i]; \
      pd[i] = EXPRESSION; \
    } \
    break;

// The remainder with the sign of the divisor and the quotient rounded down, as Python and NumPy
// define them: by fmod, so that a quotient of huge numbers is right to the last digit.
ALWAYS_INLINE T FN(remainder_of)(T x, T y) {
  T r = (T)fmod(x, y);
  if (y == 0) return r;
  if (r == 0) return (T)copysign(0, y);
  return (y < 0) != (r < 0) ? r + y : r;
}

ALWAYS_INLINE T FN(floor_quotient)(T x, T y) {
  if (y == 0) return x / y;
  const T r = (T)fmod(x, y);
  T q = (x - r) / y;
  if (r != 0 && (y < 0) != (r < 0)) q -= 1;
  if (q == 0) return (T)copysign(0, x / y);
  const T f = (T)floor(q);
  return q - f > (T)0.5 ? f + 1 : f;
}

static void FN(step)(tern_op op, void *destination, const void *x0, const void *y0, const void *z0, const T *v0,
                     const T *w0, int64_t n) {
  T *pd = destination;
  const T *px = x0, *py = y0, *pz = z0;
  const V zero = {0};
  // The scalars of other operations are anything, which need not be numbers of this type.
  const int has_scalars =
      op == tern_op_movingAverage || op == tern_op_movingAverageOfSquare || op == tern_op_normalizedStep;
  const V one = FN(splat)(1), v = FN(splat)(has_scalars ? *v0 : 0), w = FN(splat)(has_scalars ? *w0 : 0);
  switch (op) {
    MAP(copy, 1, x)
    MAP(negate, 1, -x)
    MAP(absolute, 1, __builtin_elementwise_abs(x))
    MAP(sign, 1, FN(blend)((M)(x > zero), one, FN(blend)((M)(x < zero), -one, x + zero)))
    MAP(square, 1, x * x)
    MAP(reciprocal, 1, one / x)
    MAP(sqrt, 1, __builtin_elementwise_sqrt(x))
    MAP(exp, 1, FN(exp)(x))
    MAP(exp2, 1, FN(exp2)(x))
    MAP(expm1, 1, FN(expm1)(x))
    MAP(log, 1, FN(log)(x))
    MAP(log2, 1, FN(log2)(x))
    MAP(log1p, 1, FN(log1p)(x))
    MAP(sin, 1, FN(sin)(x))
    MAP(cos, 1, FN(cos)(x))
    MAP(tan, 1, FN(tan)(x))
    MAP(sinh, 1, FN(sinh)(x))
    MAP(cosh, 1, FN(cosh)(x))
    MAP(tanh, 1, FN(tanh)(x))
    MAP(asin, 1, FN(asin)(x))
    MAP(acos, 1, FN(acos)(x))
    MAP(atan, 1, FN(atan)(x))
    MAP(erf, 1, FN(erf)(x))
    MAP(floor, 1, __builtin_elementwise_floor(x))
    MAP(ceil, 1, __builtin_elementwise_ceil(x))
    MAP(round, 1, __builtin_elementwise_rint(x))
    MAP(trunc, 1, __builtin_elementwise_trunc(x))
    MAP(sigmoid, 1, FN(sigmoid)(x))
    MAP(relu, 1, FN(blend)((M)(x < zero), zero, x))
    MAP(add, 2, x + y)
    MAP(subtract, 2, x - y)
    MAP(multiply, 2, x * y)
    MAP(divide, 2, x / y)
    MAP(power, 2, FN(pow)(x, y))
    MAP(maximum, 2, FN(blend)((M)(x > y) | (M)(x != x), x, y))
    MAP(minimum, 2, FN(blend)((M)(x < y) | (M)(x != x), x, y))
    MAP(atan2, 2, FN(atan2)(x, y))
    MAP(gate, 2, FN(blend)((M)(y > zero), x, zero))
    MAP(tanhSlope, 2, FN(tanh_slope)(x, y))
    MAP(sigmoidSlope, 2, FN(sigmoid_slope)(x, y))
    MAP(multiplyAdd, 3, x * y + z)
    MAP(subtractProduct, 3, z - x * y)
    MAP(movingAverage, 2, v * x + w * y)
    MAP(movingAverageOfSquare, 2, v * x + w * (y * y))
    MAP(normalizedStep, 3, x - v * y / (__builtin_elementwise_sqrt(z) + w))
    // The vector library's log10 is not exact at powers of ten.
    LANES(log10, sizeof(T) == 4 ? (T)log10f((float)x) : (T)log10(x))
    LANES(floorDivide, FN(floor_quotient)(x, y))
    LANES(remainder, FN(remainder_of)(x, y))
    TEST(isNaN, 1, x != x)
    TEST(equal, 2, x == y)
    TEST(notEqual, 2, x != y)
    TEST(less, 2, x < y)
    TEST(lessEqual, 2, x <= y)
    TEST(greater, 2, x > y)
    TEST(greaterEqual, 2, x >= y)
    case tern_op_select: {
      const int8_t *condition = x0;
      int64_t i = 0;
      for (; i + W <= n; i += W) {
        B bytes;
        memcpy(&bytes, condition + i, W);
        M mask = -__builtin_convertvector(bytes, M);
        FN(store)(pd + i, FN(blend)(mask, FN(load)(py + i), FN(load)(pz + i)));
      }
      for (; i < n; i++) pd[i] = condition[i] ? py[i] : pz[i];
      break;
    }
    default:
      __builtin_trap();
  }
}

// The three steps by which Adam moves parameters, in one pass: what each makes, the next reads from a register.
// `means` is movingAverage, `squares` movingAverageOfSquare, and `move` the normalizedStep of both.
static void FN(adam)(const tern_step *means, const tern_step *squares, const tern_step *move, char **at, int64_t n) {
  const T *m0 = (const T *)at[means->x], *g0 = (const T *)at[means->y], *s0 = (const T *)at[squares->x];
  const T *p0 = (const T *)at[move->x];
  T *m1 = (T *)at[means->destination], *s1 = (T *)at[squares->destination], *p1 = (T *)at[move->destination];
#define NUMBER(slot) FN(splat)(*(const T *)at[slot])
  const V keep = NUMBER(means->v), take = NUMBER(means->w), rate = NUMBER(move->v), small = NUMBER(move->w);
  const V keepSquare = NUMBER(squares->v), takeSquare = NUMBER(squares->w);
#undef NUMBER
#define MOVE(LOAD, STORE, ...) \
  do { \
    const V g = LOAD(g0 + i __VA_ARGS__), p = LOAD(p0 + i __VA_ARGS__); \
    const V m = keep * LOAD(m0 + i __VA_ARGS__) + take * g; \
    const V s = keepSquare * LOAD(s0 + i __VA_ARGS__) + takeSquare * (g * g); \
    STORE(m1 + i, m __VA_ARGS__); \
    STORE(s1 + i, s __VA_ARGS__); \
    STORE(p1 + i, p - rate * m / (__builtin_elementwise_sqrt(s) + small) __VA_ARGS__); \
  } while (0)
  int64_t i = 0;
  for (; i + W <= n; i += W) MOVE(FN(load), FN(store));
  if (i < n) MOVE(FN(load_part), FN(store_part), , n - i);
#undef MOVE
}

#undef MAP
#undef TEST
#undef LANES
