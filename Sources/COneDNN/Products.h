#pragma once

#include "COneDNN.h"
#include "Loops.h"
#include "Tiles.h"

#include <stdatomic.h>

// The ways to make a product of matrices from tiles, and by oneDNN where there are none.

/// Steps of the inner axis whose panel stays in the first-level cache.
enum { short_depth = 256 };

struct product {
  const odnn_matrices *p;
  const float *a, *b, *bias, *addend;
  float *c, *scratch;
  _Atomic int status;
};

/// Rows by rows: only the second factor is given transposed (RowProduct.c).
size_t odnn_row_scratch(const odnn_matrices *p);
void odnn_multiply_rows(struct product *product);

/// c = factor · op(a) · op(b) [+ c] on the calling thread, with rows any distance apart
/// (SmallProduct.c).
typedef struct {
  int32_t transpose_a, transpose_b, accumulate;
  int64_t m, n, k;
  float factor;
  const float *a, *b;
  float *c;
  int64_t a_row, b_row, c_row;
} odnn_small_product;

int odnn_multiply_small(const odnn_small_product *p);
