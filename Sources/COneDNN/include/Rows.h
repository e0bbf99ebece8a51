#pragma once

// Pointwise convolutions as products of rows by a small matrix, where the rows that are read, or
// added to, may be the first part of wider ones. Results do not depend on the number of threads.
// Returns 0 or a `dnnl_status_t`.

#include <stddef.h>
#include <stdint.h>

/// `rows` rows of `inputs` numbers, `row` floats apart, and rows of `outputs` numbers side by side.
typedef struct {
  int64_t rows, inputs, outputs, row;
} odnn_rows;

/// y = x · wᵀ, with w of outputs × inputs.
int odnn_rows_forward(const odnn_rows *shape, const float *x, const float *w, float *y);
/// dx = dy · w, or dx += dy · w.
int odnn_rows_gradient(
    const odnn_rows *shape, const float *dy, const float *w, int accumulate, float *dx);
/// Floats of scratch memory that the gradient of the weights needs.
size_t odnn_rows_scratch(const odnn_rows *shape);
/// dw = dyᵀ · x.
int odnn_rows_weights(
    const odnn_rows *shape, const float *x, const float *dy, float *dw, float *scratch);
