#include "Planar.h"

#include <string.h>

#include "Loops.h"

enum { group = odnn_planar_group, margin = 16 };

static int64_t out_width(const odnn_planar_shape *s) { return s->width / s->stride; }
static int64_t out_height(const odnn_planar_shape *s) { return s->height / s->stride; }
static int64_t block_rows(int64_t width) { return width < block_pixels ? block_pixels / width : 1; }

int64_t odnn_plane_pitch(int64_t pixels) { return pixels + margin; }

int odnn_planar_serves(const odnn_planar_shape *s) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx512f")) return 0;
  if (s->stride != 1 && s->stride != 2) return 0;
  if (s->height % s->stride != 0 || s->width % s->stride != 0) return 0;
  // Whole blocks, of whole rows or of whole parts of a row.
  int64_t width = out_width(s);
  int fits = width % 64 == 0 || width == 32 || width == 16 || width == 8;
  return fits && s->width >= 16 && out_height(s) % block_rows(width) == 0 &&
         s->height % block_rows(s->width) == 0;
#else
  (void)s;
  return 0;
#endif
}

/// Whether parts of the output are groups of channels: of a single block, if no other convolution
/// would be computed several times.
static int shares_channels(const odnn_planar_shape *s) {
  return s->has_wide && !s->has_narrow && out_height(s) * out_width(s) == block_pixels;
}

int64_t odnn_planar_strips(const odnn_planar_shape *s) {
  if (!s->has_wide) return s->height / block_rows(s->width);
  if (shares_channels(s)) return planar_group_count(s->out_channels);
  return out_height(s) / block_rows(out_width(s));
}

size_t odnn_planar_packed(int64_t outputs, int64_t inputs, int64_t area) {
  return (size_t)(planar_group_count(outputs) * group * inputs * area);
}

void odnn_planar_pack(
    const float *weights, int64_t outputs, int64_t inputs, int64_t area, float *packed) {
  int64_t count = inputs * area;
  memset(packed, 0, sizeof(float) * odnn_planar_packed(outputs, inputs, area));
  for (int64_t i = 0; i < planar_group_count(outputs); i++) {
    int64_t first = planar_group_start(outputs, i), end = planar_group_start(outputs, i + 1);
    for (int64_t k = 0; k < count; k++)
      for (int64_t n = first; n < end; n++)
        packed[(i * count + k) * group + n - first] = weights[n * count + k];
  }
}

#if defined(__x86_64__)
static int can_transpose(int64_t pixels) {
  return pixels % 16 == 0 && __builtin_cpu_supports("avx512f");
}
#else
static int can_transpose(int64_t pixels) { return 0; }
#define odnn_rows_to_planar(...)
#define odnn_planar_to_rows(...)
#endif

void odnn_to_planes(
    const float *rows, int64_t pixels, int64_t channels, int64_t row, float *planes) {
  int64_t plane = odnn_plane_pitch(pixels);
  if (can_transpose(pixels)) {
    odnn_rows_to_planar(rows, row, pixels, channels, planes, plane);
    return;
  }
  for (int64_t c = 0; c < channels; c++)
    for (int64_t p = 0; p < pixels; p++) planes[c * plane + p] = rows[p * row + c];
}

void odnn_from_planes(
    const float *planes, int64_t pixels, int64_t channels, int64_t row, float *rows) {
  int64_t plane = odnn_plane_pitch(pixels);
  if (can_transpose(pixels)) {
    odnn_planar_to_rows(planes, plane, pixels, channels, rows, row);
    return;
  }
  for (int64_t c = 0; c < channels; c++)
    for (int64_t p = 0; p < pixels; p++) rows[p * row + c] = planes[c * plane + p];
}

// MARK: What a 3×3 convolution reads

// With stride 1, an image with zeros around it: 16 floats between rows are the right margin of one
// row and the left one of the next. With stride 2, what each column of a window sees is an image of
// its own, even rows before odd ones, so that the pixels of a block lie side by side.

static int64_t padded_row(const odnn_planar_shape *s) {
  return s->stride == 1 ? s->width + margin : out_width(s);
}

/// Floats of the even or odd rows of one column.
static int64_t half_image(const odnn_planar_shape *s) { return (out_height(s) + 1) * out_width(s); }

static int64_t padded_plane(const odnn_planar_shape *s) {
  return s->stride == 1 ? (s->height + 2) * padded_row(s) + margin : 6 * half_image(s) + margin;
}

int odnn_planar_can_split(const odnn_planar_shape *s) { return s->width <= block_pixels; }

size_t odnn_planar_split_count(const odnn_planar_shape *s, int64_t channels) {
  return (size_t)(channels * padded_plane(s) + margin);
}

/// Whether the 1×1 convolution splits what it writes; rows of more than a block it does not.
static int splits_at_once(const odnn_planar_shape *s) {
  return s->has_narrow && s->stride == 2 && odnn_planar_can_split(s);
}

/// The 1×1 convolution's output where it is split afterwards.
static int64_t plain_count(const odnn_planar_shape *s) {
  return s->has_narrow && s->has_wide && s->stride == 2 && !splits_at_once(s)
             ? s->inner_channels * odnn_plane_pitch(s->height * s->width)
             : 0;
}

/// A block of all channels on its way to pixels.
static int64_t block_count(const odnn_planar_shape *s) {
  return s->target_row ? s->out_channels * block_pixels : 0;
}

static int64_t padded_count(const odnn_planar_shape *s) {
  return s->has_wide && !s->source_split
             ? (int64_t)odnn_planar_split_count(s, s->inner_channels)
             : 0;
}

size_t odnn_planar_scratch(const odnn_planar_shape *s) {
  return (size_t)(padded_count(s) + plain_count(s) + block_count(s));
}

/// Where row `y` of the image, from −1 to its height, begins for column `j` with stride 2.
static int64_t split_row(const odnn_planar_shape *s, int64_t y, int64_t j) {
  return (2 * j + ((y + 1) & 1)) * half_image(s) + (y + 1) / 2 * out_width(s);
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
static void clear_margins(
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
static void pad(
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

// MARK: Running

/// Where pixel `index` of a row-major image of `width` lies when rows are `row` floats apart.
static int64_t place(int64_t index, int64_t width, int64_t row) {
  return index / width * row + index % width;
}

/// Where the 1×1 convolution puts pixel `index`, with rows `row` apart or split.
static int64_t written(const odnn_planar_shape *s, int64_t index, int64_t row, int splits) {
  if (!splits) return place(index, s->width, row);
  return split_row(s, index / s->width, 0) + index % s->width / 2;
}

/// The 1×1 convolution for input pixels `first..<end`, into planes with rows `row` apart.
static void run_narrow(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source,
    struct planar_target to, int64_t row, int64_t first, int64_t end) {
  int64_t channels = s->has_wide ? s->inner_channels : s->out_channels;
  int64_t pitch = odnn_plane_pitch(s->height * s->width);
  float *start = to.start;
  to.relu = s->narrow_relu;
  for (int64_t p = first; p < end; p += block_pixels) {
    struct planar_block block;
    for (int v = 0; v < block_vectors; v++) {
      block.from[v] = p + 16 * v;
      block.to[v] = written(s, p + 16 * v, row, to.column != 0);
    }
    for (int64_t i = 0; i < planar_group_count(channels); i++) {
      int64_t n = planar_group_start(channels, i);
      to.start = start + n * to.plane;
      odnn_planar_pointwise(
          source, pitch, s->in_channels, w->narrow + i * group * s->in_channels,
          w->narrow_bias + n, &block, &to, planar_group_start(channels, i + 1) - n);
    }
  }
}

/// The nine pixels of a window, from its place in the padded image on.
static void find_window(const odnn_planar_shape *s, int64_t window[9]) {
  for (int64_t i = 0; i < 3; i++)
    for (int64_t j = 0; j < 3; j++)
      window[3 * i + j] = s->stride == 1 ? i * padded_row(s) + margin - 1 + j
                                         : split_row(s, i - 1, j);
}

/// Some groups of output channels.
struct groups {
  int64_t first, end;
};

/// The 3×3 convolution for a block, into planes.
static void run_block(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const int64_t window[9],
    const float *padded, struct planar_target to, struct planar_block block,
    struct groups groups) {
  float *start = to.start;
  for (int64_t i = groups.first; i < groups.end; i++) {
    int64_t n = planar_group_start(s->out_channels, i);
    to.start = start + n * to.plane;
    odnn_planar_windows(
        padded, padded_plane(s), window, s->inner_channels,
        w->wide + i * group * s->inner_channels * 9, w->wide_bias + n, &block, &to,
        planar_group_start(s->out_channels, i + 1) - n);
  }
}

/// Brings the rows that strips of the output see to where the windows read them.
static void prepare(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source, float *padded,
    int64_t first_row, int64_t end_row) {
  int64_t step = block_rows(s->width);
  int64_t top = first_row * s->stride - 1, bottom = (end_row - 1) * s->stride + 2;
  top = top < 0 ? 0 : top / step * step;
  bottom = odnn_minimum((bottom + step - 1) / step * step, s->height);
  clear_margins(s, s->inner_channels, top, bottom, s->has_narrow, padded);
  if (!s->has_narrow) return pad(s, source, padded, top, bottom);
  struct planar_target to = {
      padded + padded_row(s) + margin, padded_plane(s), 0, s->width, 0};
  int64_t row = padded_row(s);
  if (splits_at_once(s)) {
    to.start = padded;
    to.column = 2 * half_image(s);
  } else if (s->stride == 2) {
    to.start = padded + padded_count(s);
    to.plane = odnn_plane_pitch(s->height * s->width);
    row = s->width;
  }
  run_narrow(s, w, source, to, row, top * s->width, bottom * s->width);
  if (s->stride == 2 && !to.column) pad(s, to.start, padded, top, bottom);
}

/// The block that begins at output pixel `p`, read from the padded image.
static struct planar_block block_at(const odnn_planar_shape *s, int64_t p, int64_t to) {
  struct planar_block block;
  for (int v = 0; v < block_vectors; v++) {
    block.to[v] = to + 16 * v;
    block.from[v] = place(p + 16 * v, out_width(s), padded_row(s));
  }
  return block;
}

/// Channels of a block in planes, then brought to pixels.
static void run_to_pixels(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const int64_t window[9],
    const float *source, const float *padded, float *own, float *target, int64_t p,
    struct groups groups) {
  int64_t first = planar_group_start(s->out_channels, groups.first);
  int64_t end = planar_group_start(s->out_channels, groups.end);
  struct planar_target to = {own, block_pixels, 0, s->width, s->relu};
  if (s->has_wide) {
    run_block(s, w, window, padded, to, block_at(s, p, 0), groups);
  } else {
    to.start = own - p;
    run_narrow(s, w, source, to, s->width, p, p + block_pixels);
  }
  odnn_planar_to_rows(
      own + first * block_pixels, block_pixels, block_pixels, end - first,
      target + p * s->target_row + first, s->target_row);
}

/// A 1×1 convolution alone, into planes.
static void run_narrow_alone(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source, float *target,
    int64_t first, int64_t end) {
  int64_t pixels = block_rows(s->width) * s->width;
  struct planar_target to = {target, odnn_plane_pitch(s->height * s->width), 0, s->width, 0};
  if (s->target_split) {
    to.plane = padded_plane(s);
    to.column = 2 * half_image(s);
    if (first == 0) clear_margins(s, s->out_channels, 0, 0, 0, target);
  }
  run_narrow(s, w, source, to, s->width, first * pixels, end * pixels);
}

void odnn_planar_run(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source, float *target,
    float *scratch, int64_t first, int64_t end) {
  if (!s->has_wide && !s->target_row) return run_narrow_alone(s, w, source, target, first, end);
  int64_t width = s->has_wide ? out_width(s) : s->width, rows = block_rows(width);
  struct groups groups = {0, planar_group_count(s->out_channels)};
  if (shares_channels(s)) {
    groups = (struct groups){first, end};
    first = 0, end = 1;
  }
  int64_t first_pixel = first * rows * width, end_pixel = end * rows * width;
  struct planar_target to = {
      target, odnn_plane_pitch(out_height(s) * width), 0, width, s->relu};
  const float *padded = s->source_split ? source : scratch;
  int64_t window[9];
  if (s->has_wide) {
    if (!s->source_split) prepare(s, w, source, scratch, first * rows, end * rows);
    find_window(s, window);
  }
  float *own = scratch + padded_count(s) + plain_count(s);
  for (int64_t p = first_pixel; p < end_pixel; p += block_pixels) {
    if (s->target_row) run_to_pixels(s, w, window, source, padded, own, target, p, groups);
    else run_block(s, w, window, padded, to, block_at(s, p, p), groups);
  }
}

#else

void odnn_planar_run(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source, float *target,
    float *scratch, int64_t first, int64_t end) {
  (void)s, (void)w, (void)source, (void)target, (void)scratch, (void)first, (void)end;
}

#endif
