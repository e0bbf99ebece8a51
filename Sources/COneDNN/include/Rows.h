#pragma once

// Pointwise convolutions as products of rows by small matrices, where the rows that are read, or
// added to, may be the first part of wider ones. Several may read the same rows: they take each part
// of them in turn, so that it comes from memory once. Results do not depend on the number of threads.
// Returns 0 or a `dnnl_status_t`.

#include <stddef.h>
#include <stdint.h>

enum { odnn_most_together = 4 };

/// `rows` rows of `inputs` numbers, `row` floats apart, and `count` times rows of `outputs` numbers
/// side by side.
typedef struct {
  int64_t rows, inputs, row;
  int32_t count;
  int64_t outputs[odnn_most_together];
} odnn_rows;

/// Floats of scratch memory that a direction needs; the gradient of the rows needs none.
size_t odnn_rows_scratch(const odnn_rows *shape, odnn_direction direction);
/// y = x · wᵀ for each, with w of outputs × inputs.
int odnn_rows_forward(
    const odnn_rows *shape, const float *x, const float *const *w, float *const *y,
    float *scratch);
/// dx = Σ dy · w, or dx += Σ dy · w.
int odnn_rows_gradient(
    const odnn_rows *shape, const float *const *dy, const float *const *w, int accumulate,
    float *dx);
/// dw = dyᵀ · x for each.
int odnn_rows_weights(
    const odnn_rows *shape, const float *x, const float *const *dy, float *const *dw,
    float *scratch);
