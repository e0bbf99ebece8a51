#pragma once

#include "include/Planar.h"

// A block is 64 output pixels of up to six channels: 24 vectors that stay in registers while all that
// goes into them is added up.

enum { block_vectors = 4, block_pixels = 64 };

/// Where the four vectors of a block begin in a plane, read and written.
struct planar_block {
  int64_t from[block_vectors], to[block_vectors];
};

/// Where sums go: to planes, or each image split into what the columns of windows with stride 2 see.
struct planar_target {
  float *start;
  int64_t plane;
  /// Floats from what one column sees to what the next sees; 0 if nothing is split.
  int64_t column;
  /// The width of the image that is split.
  int64_t width;
  int32_t relu;
};

/// Group `index` of output channels begins here: groups are as even as can be.
static inline int64_t planar_group_count(int64_t outputs) {
  return (outputs + odnn_planar_group - 1) / odnn_planar_group;
}
static inline int64_t planar_group_start(int64_t outputs, int64_t index) {
  return outputs * index / planar_group_count(outputs);
}

/// y[n, v] = [relu](b[n] + Σₖ w[k, n] · x[k, v]) for `count` channels.
void odnn_planar_pointwise(
    const float *x, int64_t x_plane, int64_t channels, const float *w, const float *bias,
    const struct planar_block *block, const struct planar_target *target, int64_t count);
/// The same over 3×3 windows, whose nine pixels lie at `window` from a block's `from`.
void odnn_planar_windows(
    const float *x, int64_t x_plane, const int64_t window[9], int64_t channels, const float *w,
    const float *bias, const struct planar_block *block, const struct planar_target *target,
    int64_t count);

// MARK: Moving (PlanarMoves.c)

/// Rows of a plane to rows `y_row` apart, with 16 zeros before each.
void odnn_planar_copy(const float *x, int64_t rows, int64_t width, float *y, int64_t y_row);
/// What the left, middle and right column of windows with stride 2 see of a row, `column` floats
/// apart: its odd pixels one later, its even and its odd ones.
void odnn_planar_split(const float *row, int64_t width, float *y, int64_t column);
/// Every `step`-th float.
void odnn_planar_gather(const float *x, int64_t step, int64_t count, float *y);
/// Planes to pixels and back, for a multiple of 16 pixels.
void odnn_planar_to_rows(
    const float *planes, int64_t plane, int64_t pixels, int64_t channels, float *rows, int64_t row);
void odnn_rows_to_planar(
    const float *rows, int64_t row, int64_t pixels, int64_t channels, float *planes, int64_t plane);
