// All kernels, compiled for the instruction set of the including file.
#pragma clang fp contract(fast)
#include "Vector.h"
#include "Elementwise.h"
#include "Movement.h"

#define T float
#define V v_f32
#define M m_f32
#define B b_f32
#define W lanes_f32
#define FN(name) name##_f32
#include "FloatKernels.h"
#include "Winograd.h"
#undef T
#undef V
#undef M
#undef B
#undef W
#undef FN

#define T double
#define V v_f64
#define M m_f64
#define B b_f64
#define W lanes_f64
#define FN(name) name##_f64
#include "FloatKernels.h"

#include "Program.h"
#include "Reduction.h"
#include "IntegerProduct.h"
#include "RandomNormal.h"

const tern_kernels TERN_TABLE = {
    .name = TERN_TABLE_NAME,
    .elementwise = elementwise,
    .matrix_product_f32 = matrix_product_f32,
    .matrix_product_f64 = matrix_product_f64,
    .matrix_product_i64 = matrix_product_i64,
    .convolve_f32 = convolve_f32,
    .convolve_f64 = convolve_f64,
    .convolve_back_f32 = convolve_back_f32,
    .convolve_back_f64 = convolve_back_f64,
    .convolve_kernel_f32 = convolve_kernel_f32,
    .convolve_kernel_f64 = convolve_kernel_f64,
    .winograd_kernel_f32 = winograd_kernel_f32,
    .winograd_f32 = winograd_f32,
    .winograd_slope_f32 = winograd_slope_f32,
    .convolution_mean_f32 = convolution_mean_f32,
    .convolution_mean_f64 = convolution_mean_f64,
    .pool_f32 = pool_f32,
    .pool_f64 = pool_f64,
    .pool_back_f32 = pool_back_f32,
    .pool_back_f64 = pool_back_f64,
    .pool_at_f32 = pool_at_f32,
    .pool_at_f64 = pool_at_f64,
    .lstm_f32 = lstm_f32,
    .lstm_f64 = lstm_f64,
    .lstm_back_f32 = lstm_back_f32,
    .lstm_back_f64 = lstm_back_f64,
    .reduce = reduce,
    .column_moments_f32 = column_moments_f32,
    .column_moments_f64 = column_moments_f64,
    .column_dots_f32 = column_dots_f32,
    .column_dots_f64 = column_dots_f64,
    .strided_copy = strided_copy,
    .take_rows = take_rows,
    .random_normal_f32 = random_normal_f32,
};
