#pragma once

#include "include/Planar.h"

// A block is 64 output pixels of six channels: 24 vectors that stay in registers while all that
// goes into them is added up.

enum { block_vectors = 4, block_pixels = 64 };

/// Where the four vectors of a block begin in a plane, read and written.
struct planar_block {
  int64_t from[block_vectors], to[block_vectors];
};

/// y[n, v] = [relu](b[n] + Σₖ w[k, n] · x[k, v]).
void odnn_planar_pointwise(
    const float *x, int64_t x_plane, int64_t channels, const float *w, const float *bias, int relu,
    const struct planar_block *block, float *y, int64_t y_plane, int64_t y_pixel, int64_t count);
/// The same over 3×3 windows, whose nine pixels lie at `window` from a block's `from`.
void odnn_planar_windows(
    const float *x, int64_t x_plane, const int64_t window[9], int64_t channels, const float *w,
    const float *bias, int relu, const struct planar_block *block, float *y, int64_t y_plane,
    int64_t y_pixel, int64_t count);
/// What the left, middle and right column of windows with stride 2 see of a row: its odd pixels one
/// later, its even and its odd ones.
void odnn_planar_split(
    const float *row, int64_t width, float *left, float *middle, float *right);
