#include "PlanarPadding.h"

#include <string.h>

int odnn_planar_can_split(const odnn_planar_shape *s) { return s->width <= block_pixels; }

size_t odnn_planar_split_count(const odnn_planar_shape *s, int64_t channels) {
  return (size_t)(channels * padded_plane(s) + margin);
}

/// A block of all channels on its way to pixels.
static int64_t block_count(const odnn_planar_shape *s) {
  return s->target_row ? s->out_channels * block_pixels : 0;
}

size_t odnn_planar_scratch(const odnn_planar_shape *s) {
  return (size_t)(padded_count(s) + plain_count(s) + block_count(s));
}

static void clear_row(const odnn_planar_shape *s, float *plane, int64_t y) {
  if (s->stride == 1) {
    memset(plane + (y + 1) * padded_row(s), 0, sizeof(float) * (padded_row(s) + margin));
    return;
  }
  for (int64_t j = 0; j < 3; j++)
    memset(plane + split_row(s, y, j), 0, sizeof(float) * out_width(s));
}

/// Zeros around rows `first..<end` of the image, in every plane; `left` too, or another writes those.
void odnn_planar_clear_margins(
    const odnn_planar_shape *s, int64_t channels, int64_t first, int64_t end, int left,
    float *padded) {
  for (int64_t c = 0; c < channels; c++) {
    float *plane = padded + c * padded_plane(s);
    if (s->stride == 1)
      for (int64_t y = left ? first : end; y <= end; y++)
        memset(plane + (y + 1) * padded_row(s), 0, sizeof(float) * margin);
    if (first == 0) clear_row(s, plane, -1);
    if (end == s->height && s->stride == 1) clear_row(s, plane, end);
  }
}

#if defined(__x86_64__)

/// Rows of a channel as they are read: the pixels themselves, or gathered from wider rows.
static const float *gathered(
    const odnn_planar_shape *s, const float *source, int64_t channel, int64_t y, float *row) {
  int64_t pixel = y * s->width;
  if (s->source_row == 0)
    return source + channel * odnn_plane_pitch(s->height * s->width) + pixel;
  odnn_planar_gather(source + pixel * s->source_row + channel, s->source_row, s->width, row);
  return row;
}

/// Puts rows `first..<end` where the windows read them.
void odnn_planar_pad(
    const odnn_planar_shape *s, const float *source, float *padded, int64_t first, int64_t end) {
  float row[s->width];
  for (int64_t c = 0; c < s->inner_channels; c++) {
    float *plane = padded + c * padded_plane(s);
    if (s->stride == 1 && s->source_row == 0) {
      odnn_planar_copy(
          gathered(s, source, c, first, row), end - first, s->width,
          plane + (first + 1) * padded_row(s) + margin, padded_row(s));
      continue;
    }
    for (int64_t y = first; y < end; y++) {
      const float *from = gathered(s, source, c, y, row);
      if (s->stride == 1)
        odnn_planar_copy(from, 1, s->width, plane + (y + 1) * padded_row(s) + margin, 0);
      else odnn_planar_split(from, s->width, plane + split_row(s, y, 0), 2 * half_image(s));
    }
  }
}
#endif
