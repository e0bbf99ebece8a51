#pragma once

#include "COneDNN.h"

// Rows by so few outputs, those of all convolutions that read them together, that a row's sums stay
// in registers: such a product takes as long as reading its rows, where a general one packs them
// first. Each sum is made in one order, whatever part its row falls into. (The gradients of the
// weights were tried the same way and are faster as general products.)

/// The outputs of all convolutions.
static inline int64_t odnn_all_outputs(const odnn_rows *s) {
  int64_t sum = 0;
  for (int i = 0; i < s->count; i++) sum += s->outputs[i];
  return sum;
}

/// Whether this processor has the tiles and the outputs are few enough.
int odnn_rows_are_thin(const odnn_rows *shape);
/// Floats of the weights as `odnn_thin_forward` wants them.
size_t odnn_thin_count(const odnn_rows *shape);
/// The weights of all convolutions side by side, input after input.
void odnn_thin_pack(const odnn_rows *shape, const float *const *w, float *packed);
/// y = x · wᵀ for `count` rows from `first` on.
void odnn_thin_forward(
    const odnn_rows *shape, const float *x, const float *packed, int64_t first, int64_t count,
    float *const *y);
