// Everything that is written once for float and double.

// As many lanes of a vector as are left, and at most all.
ALWAYS_INLINE V FN(load_up_to)(const T *p, int64_t n) { return n < W ? FN(load_part)(p, n) : FN(load)(p); }
ALWAYS_INLINE void FN(store_up_to)(T *p, V v, int64_t n) {
  if (n < W) FN(store_part)(p, v, n);
  else FN(store)(p, v);
}

ALWAYS_INLINE V FN(sigmoid)(V x) {
  const V one = FN(splat)(1);
  return one / (one + FN(exp)(-x));
}
// x times the slope of tanh, and of sigmoid, whose output is y.
ALWAYS_INLINE V FN(tanh_slope)(V x, V y) { return x * (FN(splat)(1) - y * y); }
ALWAYS_INLINE V FN(sigmoid_slope)(V x, V y) { return x * (y * (FN(splat)(1) - y)); }

#include "FloatSteps.h"
#include "RegisterTile.h"
#include "MatrixProduct.h"
#include "FloatReduction.h"
#include "Convolution.h"
#include "ConvolutionMean.h"
#include "Pooling.h"
#include "Series.h"
