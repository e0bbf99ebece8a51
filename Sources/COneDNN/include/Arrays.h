#pragma once

// Element-wise functions, arithmetic between arrays of different shapes, and reductions.

#include <stddef.h>
#include <stdint.h>

// MARK: Functions of one variable (Activations.c)

typedef enum {
  odnn_function_exponential = 0,
  odnn_function_logarithm = 1,
  odnn_function_root = 2,
  odnn_function_magnitude = 3,
  odnn_function_sigmoid = 4,
  odnn_function_tanh = 5,
  odnn_function_relu6 = 6,
  odnn_function_hard_sigmoid = 7,
  odnn_function_hard_swish = 8,
  odnn_function_silu = 9,
  odnn_function_gelu = 10,
  odnn_function_gelu_tanh = 11,
  odnn_function_softplus = 12
} odnn_function;

void odnn_apply(odnn_function function, const float *x, float *y, int64_t count);
/// dx = g · f′(x); `dx` may be `gradient`.
void odnn_apply_gradient(
    odnn_function function, const float *gradient, const float *x, float *dx, int64_t count);

/// y = f(x + bias), the bias repeated in every row.
void odnn_apply_rows(
    odnn_function function, const float *x, const float *bias, int64_t rows, int64_t width,
    float *y);
/// dx = g · f′(x + bias) and its sum over rows; `dx` may be `gradient`, `scratch` holds
/// odnn_channel_scratch floats.
void odnn_apply_rows_gradient(
    odnn_function function, const float *gradient, const float *x, const float *bias, int64_t rows,
    int64_t width, float *dx, float *dbias, float *scratch);

// MARK: Strided arithmetic (Strided.c)

enum { odnn_largest_rank = 8 };

/// How far each of three arrays moves when an index grows by one, axis by axis, outermost first.
typedef struct {
  int32_t rank;  // at least 1
  int64_t sizes[8], y[8], a[8], b[8];
} odnn_walk;

typedef enum {
  odnn_binary_copy = 0,  // a
  odnn_binary_add = 1,
  odnn_binary_subtract = 2,
  odnn_binary_multiply = 3,
  odnn_binary_divide = 4,
  odnn_binary_larger = 5,
  odnn_binary_smaller = 6,
  odnn_binary_equal = 7,  // 1 or 0
  odnn_binary_above = 8,  // a > b: 1 or 0
  odnn_binary_squared_difference = 9
} odnn_binary;

/// y = a ∘ b over all indices; for a copy `b` is read and not used, so pass `a`.
void odnn_walk_run(
    const odnn_walk *walk, odnn_binary operation, const float *a, const float *b, float *y);

// MARK: Rows side by side (Joining.c)

/// A row of y is one of every part, side by side: `widths` scalars of each, `inner` together.
void odnn_join_rows(
    float *const *parts, const int64_t *widths, int count, int64_t rows, int64_t inner, float *y);
/// The way back; a part that is null is left out.
void odnn_part_rows(
    const float *y, int64_t rows, int64_t inner, float *const *parts, const int64_t *widths,
    int count);

/// `width` columns of rows that are `from_step` floats apart, copied or added to others.
void odnn_move_columns(
    const float *from, int64_t from_step, int64_t rows, int64_t width, int adds, float *to,
    int64_t to_step);

// MARK: Reductions (Reductions.c), outer × count × inner → outer × inner

void odnn_reduce_sum(const float *x, int64_t outer, int64_t count, int64_t inner, float *y);
/// Not-a-number wins; `count` is at least 1.
void odnn_reduce_largest(const float *x, int64_t outer, int64_t count, int64_t inner, float *y);
