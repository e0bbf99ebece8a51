#pragma once

// Products of many rows by a small matrix, and back, for pointwise convolutions of few channels: the
// rows that are read, or added to, may be the first part of wider ones. Only on processors with
// AVX-512. Results do not depend on the number of threads.

#include <stddef.h>
#include <stdint.h>

/// `rows` rows of `inputs` numbers, `row` floats apart, and rows of `outputs` numbers side by side.
typedef struct {
  int64_t rows, inputs, outputs, row;
} odnn_rows;

/// Whether the processor is one that this is for.
int odnn_rows_serve(void);
/// Floats of scratch memory that each of the functions below needs.
size_t odnn_rows_scratch(const odnn_rows *shape);
/// y = x · wᵀ, with w of outputs × inputs.
void odnn_rows_forward(
    const odnn_rows *shape, const float *x, const float *w, float *y, float *scratch);
/// dx = dy · w, or dx += dy · w.
void odnn_rows_gradient(
    const odnn_rows *shape, const float *dy, const float *w, int accumulate, float *dx,
    float *scratch);
/// dw = dyᵀ · x.
void odnn_rows_weights(
    const odnn_rows *shape, const float *x, const float *dy, float *dw, float *scratch);
