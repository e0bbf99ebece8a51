#pragma once

#include "include/Rows.h"

enum { lanes = 16, widest = 3 * lanes, weight_rows = 6, weight_columns = 4 * lanes };

/// to[m, 0..<columns] = or += Σ from[m, k] · w[k], at most `widest` columns; w has rows of whole
/// vectors.
void odnn_multiply_rows(
    const float *from, int64_t from_row, int64_t rows, int64_t count, const float *w, float *to,
    int64_t to_row, int64_t columns, int accumulate);
/// sums[n, k] += Σ dy[m, n] · x[m, k] for at most `weight_rows` n and `weight_columns` k; sums has
/// rows of `sum_row` floats, whole vectors.
void odnn_add_products(
    const float *dy, int64_t dy_row, int64_t n, const float *x, int64_t x_row, int64_t k,
    int64_t rows, float *sums, int64_t sum_row);
