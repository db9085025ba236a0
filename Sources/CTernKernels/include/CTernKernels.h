// Kernels that need instruction-set dispatch at run time.
//
// Every kernel takes a pointer to its arguments and a half-open range of work
// units (rows of its output). Any split of [0, units) into ranges gives the same
// bits: an output element is always computed by the same operations in the same
// order. One source of each kernel is compiled for AVX-512, for AVX2 with FMA and
// portably (which also makes NEON code); `tern_kernels_active` picks one.
#ifndef C_TERN_KERNELS_H
#define C_TERN_KERNELS_H

#include <stdint.h>

#define TERN_CLOSED_ENUM __attribute__((enum_extensibility(closed)))
#define TERN_NAME(name) __attribute__((swift_name(#name)))

typedef void (*tern_kernel)(const void *arguments, int64_t begin, int64_t end);

enum TERN_CLOSED_ENUM tern_dtype : uint8_t {
  tern_float32 TERN_NAME(float32),
  tern_float64 TERN_NAME(float64),
  tern_int32 TERN_NAME(int32),
  tern_int64 TERN_NAME(int64),
  tern_bool TERN_NAME(bool),
} TERN_NAME(CDType);
typedef enum tern_dtype tern_dtype;

// MARK: Elementwise programs

// One entry: what the step computes from its operands x, y, z, v, w. Gates and slopes are x times the slope of an
// activation (relu, tanh, sigmoid) whose output is y. The last line is what
// optimisers do with running means, v and w being single numbers:
//   movingAverage          v x + w y
//   movingAverageOfSquare  v x + w y²
//   normalizedStep         x - v y / (sqrt(z) + w)
// clang-format off: one line a kind.
#define TERN_OPERATIONS(OP)                                                       \
  OP(copy) OP(negate) OP(absolute) OP(sign) OP(square) OP(reciprocal) OP(sqrt)    \
  OP(exp) OP(exp2) OP(expm1) OP(log) OP(log2) OP(log10) OP(log1p)                 \
  OP(sin) OP(cos) OP(tan) OP(sinh) OP(cosh) OP(tanh)                              \
  OP(asin) OP(acos) OP(atan) OP(erf) OP(floor) OP(ceil) OP(round)                 \
  OP(trunc) OP(sigmoid) OP(relu) OP(isNaN) OP(logicalNot)                         \
  OP(add) OP(subtract) OP(multiply) OP(divide) OP(power) OP(maximum) OP(minimum)  \
  OP(floorDivide) OP(remainder) OP(atan2) OP(gate) OP(tanhSlope) OP(sigmoidSlope) \
  OP(equal) OP(notEqual) OP(less) OP(lessEqual) OP(greater) OP(greaterEqual)      \
  OP(logicalAnd) OP(logicalOr) OP(logicalXor)                                     \
  OP(select) OP(multiplyAdd) OP(subtractProduct)                                  \
  OP(movingAverage) OP(movingAverageOfSquare) OP(normalizedStep)
// clang-format on

#define TERN_DECLARE_OPERATION(name) tern_op_##name TERN_NAME(name),
enum TERN_CLOSED_ENUM tern_op : uint8_t { TERN_OPERATIONS(TERN_DECLARE_OPERATION) } TERN_NAME(ElementwiseOperation);
typedef enum tern_op tern_op;

/// The name of an operation, for messages.
const char *tern_op_name(tern_op op);

// How an operand lies against the [rows, columns] view of the output.
enum TERN_CLOSED_ENUM tern_extent : uint8_t {
  tern_extent_full TERN_NAME(full),        // one value per element
  tern_extent_row TERN_NAME(row),          // one row, the same for all rows
  tern_extent_column TERN_NAME(column),    // one value per row
  tern_extent_scalar TERN_NAME(scalar),    // one value
  tern_extent_register TERN_NAME(scratch), // lives only inside a block
} TERN_NAME(OperandExtent);
typedef enum tern_extent tern_extent;

typedef struct {
  tern_op op;
  tern_dtype from;                    // type of the operands (of y and z for select)
  tern_dtype to;                      // type of the result
  uint8_t destination, x, y, z, v, w; // slots
} tern_step;

typedef struct {
  tern_extent extent;
  tern_dtype dtype;
} tern_slot;

enum { tern_max_slots = 40, tern_max_registers = 24, tern_max_steps = 96 };

// A straight-line program over slots, run block by block so that what passes
// between steps stays in the first-level cache.
typedef struct {
  void *pointers[tern_max_slots]; // null for scratch slots
  tern_slot slots[tern_max_slots];
  tern_step steps[tern_max_steps];
  int64_t columns;
  int32_t slot_count, step_count;
} tern_elementwise;

// MARK: Matrix products

enum TERN_CLOSED_ENUM tern_activation : uint8_t {
  tern_activation_identity TERN_NAME(identity),
  tern_activation_relu TERN_NAME(relu),
  tern_activation_tanh TERN_NAME(tanh),
  tern_activation_sigmoid TERN_NAME(sigmoid),
} TERN_NAME(CActivation);
typedef enum tern_activation tern_activation;

// c[i, j] = activation(bias[j] + sum over p of a[i, p] b[p, j]), for each batch; see below for what else is done.
// A unit is one row of one batch. Row p of b is contiguous; a has any strides. Rows of c follow each other where there
// is an activation or a slope other than relu's.
typedef struct {
  const void *a, *b;
  const void *bias;   // added to each row, or null
  const void *addend; // laid out as c: added to it times `scale`; or null
  const void *scale;  // one number; null: 1
  const void *output; // laid out as c: an activation's output, by whose slope the result is multiplied; or null
  void *c;
  int64_t rows, n, k;
  int64_t a_row, a_column, b_row, c_row; // strides in elements
  int64_t a_batch, b_batch, c_batch;
  tern_activation activation; // of the sum
  tern_activation slope;      // the activation whose output is meant
} tern_matrix_product;

// MARK: Windows that move over grids

// Sizes of a window that moves over images of up to three dimensions (depth, height, width),
// channels last. `before` is how far the first window starts ahead of the grid.
typedef struct {
  int64_t images;
  int64_t in[3], out[3], kernel[3], stride[3], dilation[3], before[3];
  int64_t c_in, c_out, groups;
} tern_window;

enum { tern_max_taps = 2048 }; // cells of a window

// Of x [images, in, c_in], w [kernel, c_in / groups, c_out] and y [images, out, c_out], the
// third is computed from the other two. A unit of y or x is one image, one of w a part of the
// images. For x's gradient with one group w is [kernel, c_out, c_in].
typedef struct {
  const void *x, *w, *y;
  const void *bias; // added to each position of y, or null
  const void *gate; // laid out as the result, which is 0 where it is not positive; or null
  void *result;
  tern_window window;
  int64_t parts;  // of the images, whose sums for w's gradient are kept apart
  int32_t relu;   // 1: max(0, .) at the store
  int32_t by_row; // 1: a unit of y or x is not an image but a row along its last dimension; for one group
} tern_convolution;

// In Winograd's form a tile is 2 x 2 places, and w the kernel's 16 products [16, c_in, c_out] followed by the kernel
// itself, as `winograd_kernel` makes it of the latter: a unit there is one channel of the input. By row a unit of y is
// a row of tiles.

// The mean over all places of max(0, x * w + bias), without the places in memory: for each
// image a row of c_out means, or the moments [kernel · c_in + 1, c_out] of which the means are
// the sum after multiplication by w and the bias: the mean of x (last: of 1) where the result
// is positive. Strides and dilations of 1, one group. A unit is one image.
typedef struct {
  const void *x, *w, *bias;
  void *result;
  tern_window window;
  int32_t moments;
} tern_convolution_mean;

enum TERN_CLOSED_ENUM tern_pooling_kind : uint8_t {
  tern_pool_max TERN_NAME(maximum),
  tern_pool_average TERN_NAME(average), // over the positions inside the grid
} TERN_NAME(PoolingKind);
typedef enum tern_pooling_kind tern_pooling_kind;

// y[window] from x, or back. A unit is one image.
typedef struct {
  const void *x; // the grid whose largest elements are meant; unused for averages
  const void *g;
  void *result;
  tern_window window;
  tern_pooling_kind kind;
} tern_pooling;

// MARK: Series

// Long short-term memory along whole series that begin with states of 0. Forwards `result` becomes the outputs, or, if
// `keeps_states`, [examples, steps, tern_lstm_parts, units]. Backwards, of those (`states`) and the outputs' cotangent
// `g`, it becomes the cotangent of `input`. A unit is one example.
typedef struct {
  const void *input;  // [examples, steps, tern_lstm_gates, units]: what the inputs give to them
  const void *kernel; // [units, tern_lstm_gates, units]; backwards its transpose
  const void *states;
  const void *g; // as the outputs: [examples, units] of the last step, or [examples, steps, units]
  void *result;
  int64_t steps, units;
  int32_t has_all_steps; // whether outputs are those of all steps
  int32_t keeps_states;
} tern_lstm;

// What a step of it leaves: the gates i and f, the candidate g and the gate o, which have inputs; the memory c, tanh(c)
// and the output h.
enum {
  tern_lstm_i,
  tern_lstm_f,
  tern_lstm_g,
  tern_lstm_o,
  tern_lstm_gates,
  tern_lstm_c = tern_lstm_gates,
  tern_lstm_tanh_c,
  tern_lstm_h,
  tern_lstm_parts
};

// MARK: Reductions

enum TERN_CLOSED_ENUM tern_reduction : uint8_t {
  tern_reduce_sum TERN_NAME(sum),
  tern_reduce_product TERN_NAME(product),
  tern_reduce_maximum TERN_NAME(maximum),
  tern_reduce_minimum TERN_NAME(minimum),
  tern_reduce_argmax TERN_NAME(argmax),
  tern_reduce_argmin TERN_NAME(argmin),
} TERN_NAME(ReductionOperation);
typedef enum tern_reduction tern_reduction;

// x is [outer, count, inner], out is [outer, inner]. A unit is one outer index,
// or one inner index where outer is 1. Sums and products of integers are int64 and wrap round.
typedef struct {
  const void *x;
  void *out;
  int64_t outer, count, inner;
  tern_reduction op;
  tern_dtype dtype;
} tern_reduce;

// Of matrices x and y, [rows, columns]. A unit is one column.
typedef struct {
  const void *x, *y;
  void *result;
  int64_t rows, columns;
} tern_columns;

// MARK: Movement

enum { tern_max_rank = 8 };

// out[i0, i1, ...] = x[i0 * xs0 + i1 * xs1 + ...], strides in elements.
// A unit is one index of dimension 0.
typedef struct {
  const void *x;
  void *out;
  int64_t shape[tern_max_rank], x_strides[tern_max_rank], out_strides[tern_max_rank];
  int32_t rank, element_size;
} tern_strided_copy;

// Row i of out is row index[i] of x. A unit is one row of out.
typedef struct {
  const void *x;
  const int64_t *index;
  void *out;
  int64_t row_bytes;
} tern_take_rows;

// MARK: Random numbers

// Numbers of a sequence; `out` is where the first of those asked for goes. A unit is one number.
typedef struct {
  float *out;
  uint64_t stream, key;
} tern_random_numbers;

typedef struct {
  const char *name;
  tern_kernel elementwise;
  tern_kernel matrix_product_f32, matrix_product_f64;
  tern_kernel matrix_product_i64;                       // tern_matrix_product that only adds
  tern_kernel convolve_f32, convolve_f64;               // y from x and w
  tern_kernel convolve_back_f32, convolve_back_f64;     // x's gradient from y's and w
  tern_kernel convolve_kernel_f32, convolve_kernel_f64; // w's gradient from x and y's
  tern_kernel winograd_kernel_f32, winograd_f32;        // a kernel of 3 x 3 in Winograd's form; y from it
  tern_kernel winograd_slope_f32;                       // w's gradient from x and y's
  tern_kernel convolution_mean_f32, convolution_mean_f64;
  tern_kernel pool_f32, pool_f64;           // y from g
  tern_kernel pool_back_f32, pool_back_f64; // x's gradient from y's
  tern_kernel pool_at_f32, pool_at_f64;     // g at the places that a maximum chose
  tern_kernel lstm_f32, lstm_f64;
  tern_kernel lstm_back_f32, lstm_back_f64;
  tern_kernel reduce;
  tern_kernel column_moments_f32, column_moments_f64;
  tern_kernel column_dots_f32, column_dots_f64;
  tern_kernel strided_copy;
  tern_kernel take_rows;
  tern_kernel random_normal_f32;
} tern_kernels;

/// The kernels for this processor; `TERN_ISA=avx512|avx2|portable` in the
/// environment asks for a lower instruction set.
const tern_kernels *tern_kernels_active(void);

/// The kernels compiled for `name`, or null where this processor lacks it.
const tern_kernels *tern_kernels_named(const char *name);

/// Tells the processor that this thread is spinning.
static inline void tern_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// MARK: The floating-point environment

// How a thread rounds, whether it keeps subnormal numbers, what traps, and the flags of what has happened. A host
// program sets its own; kernels mean the default one, and divide 0 by 0 in lanes that nobody reads.

/// A call of a host program's begins: this thread computes in the default environment, until `tern_floats_leave` gives
/// the host's back, with its flags. Not to be nested but with the host's in between.
void tern_floats_enter(void);
void tern_floats_leave(void);

/// This thread, which is Tern's own, computes in the default environment.
void tern_floats_reset(void);

#endif
