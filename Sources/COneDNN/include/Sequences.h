#pragma once

// What transformers are made of, and images of other sizes.

#include <stddef.h>
#include <stdint.h>

// MARK: Layer normalisation (LayerNorm.c), rows × width

/// y = (x − mean) · inverse · scale + shift; mean and 1 / √(variance + ε) of each row are kept.
void odnn_layer_norm(
    const float *x, int64_t rows, int64_t width, const float *scale, const float *shift,
    float epsilon, float *mean, float *inverse, float *y);
/// `dx` may be `gradient`, or null if nobody wants it; `scratch` holds odnn_channel_scratch floats.
void odnn_layer_norm_gradient(
    const float *x, const float *gradient, int64_t rows, int64_t width, const float *scale,
    const float *mean, const float *inverse, float *dx, float *dscale, float *dshift,
    float *scratch);

// MARK: Group normalisation (GroupNorm.c), batch × area × channels

typedef struct {
  const float *x, *scale, *shift;
  int64_t batch, area, channels, groups;
  float epsilon;
  /// batch × 4 × channels: written forward, used up backward.
  float *kept;
} odnn_group_norm;

void odnn_group_norm_run(const odnn_group_norm *n, float *y);
/// Gradients of scale and shift for each sample: batch × channels. `dx` may be `gradient`, or null.
void odnn_group_norm_gradient(
    const odnn_group_norm *n, const float *gradient, float *dx, float *dscale, float *dshift);

// MARK: Attention (Attention.c)

/// softmax(scale · Q Kᵀ + mask) V for every head of every sample. Heads lie side by side in a row;
/// `…_row` is the distance between two tokens and `…_sample` that between two samples.
typedef struct {
  int64_t batch, heads, queries, keys, width;
  const float *q, *k, *v;
  int64_t query_row, query_sample, key_row, key_sample, value_row, value_sample;
  float scale;
  int32_t is_causal;
  /// Whether the weights of the values, and the gradients of the scores, are rounded to bfloat16
  /// before they are multiplied.
  int32_t rounds;
  /// Added to the scores of every head, or null; a step of 0 repeats it.
  const float *mask;
  int64_t mask_row, mask_sample;
  /// batch × queries × heads × width, and log Σ eˢ of each row: batch × heads × queries.
  float *out, *log_sums;
} odnn_attention;

enum { odnn_most_keys = 16384 };

int odnn_attention_run(const odnn_attention *attention);
/// Gradients in the layouts of q, k and v.
int odnn_attention_gradient(
    const odnn_attention *attention, const float *out_gradient, float *dq, float *dk, float *dv);

// MARK: Matrix products (MatrixProduct.c)

/// c[i] = op(a[i]) · op(b[i]) [+ c[i]], row-major, c of m × n; a step of 0 uses the same matrix
/// throughout.
typedef struct {
  int32_t transpose_a, transpose_b, accumulate;
  int64_t batch, m, n, k, a_step, b_step;
} odnn_matrices;

/// Floats that `scratch` must have room for.
size_t odnn_matrix_scratch(const odnn_matrices *p);
/// With a single pair of matrices that are not accumulated, and the first not transposed: plus
/// `bias` in every row and plus `addend`, an m × n matrix; each may be null.
int odnn_matrix_products(
    const odnn_matrices *p, const float *a, const float *b, const float *bias,
    const float *addend, float *c, float *scratch);
/// Whether every number of a product is one sum in the order of the inner axis, whatever rows stand
/// beside it.
int odnn_has_tiles(void);
/// Turns products by our own tiles off or on for this process, to compare.
void odnn_use_tiles(int use);

// MARK: Rows of a table (Lookup.c)

/// y[i] = table[rows[i]].
void odnn_take_rows(
    const float *table, const int32_t *rows, int64_t count, int64_t width, float *y);
/// table[rows[i]] += x[i].
void odnn_add_to_rows(
    const float *x, const int32_t *rows, int64_t count, int64_t width, int64_t table_rows,
    float *table);

// MARK: Bilinear resizing (Resize.c), NHWC

typedef struct {
  int64_t batch, height, width, channels, out_height, out_width;
  int32_t align_corners;
} odnn_resize_shape;

void odnn_resize(const odnn_resize_shape *shape, const float *x, float *y);
void odnn_resize_gradient(const odnn_resize_shape *shape, const float *dy, float *dx);
