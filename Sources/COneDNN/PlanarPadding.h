#pragma once

#include "Planar.h"

// What a 3×3 convolution reads: with stride 1, an image with zeros around it: 16 floats between rows are the right margin of one
// row and the left one of the next. With stride 2, what each column of a window sees is an image of
// its own, even rows before odd ones, so that the pixels of a block lie side by side.

enum { margin = 16 };

static inline int64_t out_width(const odnn_planar_shape *s) { return s->width / s->stride; }
static inline int64_t out_height(const odnn_planar_shape *s) { return s->height / s->stride; }

static inline int64_t padded_row(const odnn_planar_shape *s) {
  return s->stride == 1 ? s->width + margin : out_width(s);
}

/// Floats of the even or odd rows of one column.
static inline int64_t half_image(const odnn_planar_shape *s) {
  return (out_height(s) + 1) * out_width(s);
}

static inline int64_t padded_plane(const odnn_planar_shape *s) {
  return s->stride == 1 ? (s->height + 2) * padded_row(s) + margin : 6 * half_image(s) + margin;
}

/// Whether the 1×1 convolution splits what it writes; rows of more than a block it does not.
static inline int splits_at_once(const odnn_planar_shape *s) {
  return s->has_narrow && s->stride == 2 && odnn_planar_can_split(s);
}

/// The 1×1 convolution's output where it is split afterwards.
static inline int64_t plain_count(const odnn_planar_shape *s) {
  return s->has_narrow && s->has_wide && s->stride == 2 && !splits_at_once(s)
             ? s->inner_channels * odnn_plane_pitch(s->height * s->width)
             : 0;
}

static inline int64_t padded_count(const odnn_planar_shape *s) {
  return s->has_wide && !s->source_split
             ? (int64_t)odnn_planar_split_count(s, s->inner_channels)
             : 0;
}

/// Where row `y` of the image, from −1 to its height, begins for column `j` with stride 2.
static inline int64_t split_row(const odnn_planar_shape *s, int64_t y, int64_t j) {
  return (2 * j + ((y + 1) & 1)) * half_image(s) + (y + 1) / 2 * out_width(s);
}

/// Zeros around rows `first..<end` of the image, in every plane; `left` too, or another writes those.
void odnn_planar_clear_margins(
    const odnn_planar_shape *s, int64_t channels, int64_t first, int64_t end, int left,
    float *padded);
/// Puts rows `first..<end` where the windows read them.
void odnn_planar_pad(
    const odnn_planar_shape *s, const float *source, float *padded, int64_t first, int64_t end);
