#include "Planar.h"

#include <string.h>

#include "Loops.h"

enum { group = odnn_planar_group, margin = 16 };

static int64_t groups_of(int64_t channels) { return (channels + group - 1) / group; }
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

int64_t odnn_planar_strips(const odnn_planar_shape *s) {
  return out_height(s) / block_rows(out_width(s));
}

size_t odnn_planar_packed(int64_t outputs, int64_t inputs, int64_t area) {
  return (size_t)(groups_of(outputs) * group * inputs * area);
}

void odnn_planar_pack(
    const float *weights, int64_t outputs, int64_t inputs, int64_t area, float *packed) {
  int64_t count = inputs * area;
  memset(packed, 0, sizeof(float) * odnn_planar_packed(outputs, inputs, area));
  for (int64_t n = 0; n < outputs; n++)
    for (int64_t k = 0; k < count; k++)
      packed[(n / group * count + k) * group + n % group] = weights[n * count + k];
}

ODNN_CLONES static void transpose(
    const float *x, int64_t pixels, int64_t x_pixel, int64_t channels, int64_t x_channel, float *y,
    int64_t y_pixel, int64_t y_channel) {
  for (int64_t c = 0; c < channels; c++)
    for (int64_t p = 0; p < pixels; p++)
      y[p * y_pixel + c * y_channel] = x[p * x_pixel + c * x_channel];
}

void odnn_to_planes(
    const float *rows, int64_t pixels, int64_t channels, int64_t row, float *planes) {
  transpose(rows, pixels, row, channels, 1, planes, 1, odnn_plane_pitch(pixels));
}

void odnn_from_planes(
    const float *planes, int64_t pixels, int64_t channels, int64_t row, float *rows) {
  transpose(planes, pixels, 1, channels, odnn_plane_pitch(pixels), rows, row, 1);
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

/// The 1×1 convolution's output where it is split afterwards.
static int64_t plain_count(const odnn_planar_shape *s) {
  return s->has_narrow && s->stride == 2
             ? s->inner_channels * odnn_plane_pitch(s->height * s->width)
             : 0;
}

size_t odnn_planar_scratch(const odnn_planar_shape *s) {
  if (!s->has_wide) return 0;
  return (size_t)(s->inner_channels * padded_plane(s) + plain_count(s)) + margin;
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

/// Zeros around rows `first..<end` of the image, in every plane.
static void clear_margins(const odnn_planar_shape *s, int64_t first, int64_t end, float *padded) {
  for (int64_t c = 0; c < s->inner_channels; c++) {
    float *plane = padded + c * padded_plane(s);
    if (s->stride == 1)
      for (int64_t y = first; y <= end; y++)
        memset(plane + (y + 1) * padded_row(s), 0, sizeof(float) * margin);
    if (first == 0) clear_row(s, plane, -1);
    if (end == s->height && s->stride == 1) clear_row(s, plane, end);
  }
}

#if defined(__x86_64__)

/// A row of a channel as it is read: the pixels themselves, or gathered from wider rows.
static const float *gathered(
    const odnn_planar_shape *s, const float *source, int64_t channel, int64_t y, float *row) {
  int64_t pixel = y * s->width;
  if (s->source_row == 0)
    return source + channel * odnn_plane_pitch(s->height * s->width) + pixel;
  const float *from = source + pixel * s->source_row + channel;
  for (int64_t x = 0; x < s->width; x++) row[x] = from[x * s->source_row];
  return row;
}

/// Puts rows `first..<end` where the windows read them.
static void pad(
    const odnn_planar_shape *s, const float *source, float *padded, int64_t first, int64_t end) {
  float row[s->width];
  for (int64_t c = 0; c < s->inner_channels; c++) {
    float *plane = padded + c * padded_plane(s);
    for (int64_t y = first; y < end; y++) {
      const float *from = gathered(s, source, c, y, row);
      if (s->stride == 1)
        memcpy(plane + (y + 1) * padded_row(s) + margin, from, sizeof(float) * s->width);
      else
        odnn_planar_split(
            from, s->width, plane + split_row(s, y, 0), plane + split_row(s, y, 1),
            plane + split_row(s, y, 2));
    }
  }
}

// MARK: Running

/// Where pixel `index` of a row-major image of `width` lies when rows are `row` floats apart.
static int64_t place(int64_t index, int64_t width, int64_t row) {
  return index / width * row + index % width;
}

/// Where the 1×1 convolution writes: planes with rows `row` apart, or pixels of `pixel` channels.
struct planes {
  float *start;
  int64_t plane, row, pixel;
};

/// The 1×1 convolution for input pixels `first..<end`.
static void run_narrow(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source,
    struct planes to, int64_t first, int64_t end) {
  int64_t channels = s->has_wide ? s->inner_channels : s->out_channels;
  int64_t pitch = odnn_plane_pitch(s->height * s->width);
  for (int64_t p = first; p < end; p += block_pixels) {
    struct planar_block block;
    for (int v = 0; v < block_vectors; v++) {
      block.from[v] = p + 16 * v;
      block.to[v] = place(p + 16 * v, s->width, to.row);
    }
    for (int64_t n = 0; n < channels; n += group)
      odnn_planar_pointwise(
          source, pitch, s->in_channels, w->narrow + n * s->in_channels, w->narrow_bias + n,
          s->narrow_relu, &block, to.start + n * (to.pixel ? 1 : to.plane), to.plane, to.pixel,
          channels - n);
  }
}

/// The nine pixels of a window, from its place in the padded image on.
static void find_window(const odnn_planar_shape *s, int64_t window[9]) {
  for (int64_t i = 0; i < 3; i++)
    for (int64_t j = 0; j < 3; j++)
      window[3 * i + j] = s->stride == 1 ? i * padded_row(s) + margin - 1 + j
                                         : split_row(s, i - 1, j);
}

/// The 3×3 convolution for the block that begins at output pixel `p`.
static void run_block(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const int64_t window[9],
    const float *padded, float *target, int64_t p) {
  int64_t width = out_width(s), pitch = odnn_plane_pitch(out_height(s) * width);
  struct planar_block block;
  for (int v = 0; v < block_vectors; v++) {
    block.to[v] = p + 16 * v;
    block.from[v] = place(p + 16 * v, width, padded_row(s));
  }
  for (int64_t n = 0; n < s->out_channels; n += group)
    odnn_planar_windows(
        padded, padded_plane(s), window, s->inner_channels, w->wide + n * s->inner_channels * 9,
        w->wide_bias + n, s->relu, &block, target + n * (s->target_row ? 1 : pitch), pitch,
        s->target_row, s->out_channels - n);
}

/// Brings the rows that strips of the output see to where the windows read them.
static void prepare(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source, float *padded,
    int64_t first_row, int64_t end_row) {
  int64_t step = block_rows(s->width);
  int64_t top = first_row * s->stride - 1, bottom = (end_row - 1) * s->stride + 2;
  top = top < 0 ? 0 : top / step * step;
  bottom = odnn_minimum((bottom + step - 1) / step * step, s->height);
  clear_margins(s, top, bottom, padded);
  struct planes to = {
      padded + padded_row(s) + margin, padded_plane(s), padded_row(s), 0};
  if (s->stride == 2) {
    to = (struct planes){
        padded + s->inner_channels * padded_plane(s), odnn_plane_pitch(s->height * s->width),
        s->width, 0};
  }
  if (s->has_narrow) run_narrow(s, w, source, to, top * s->width, bottom * s->width);
  if (!s->has_narrow || s->stride == 2) pad(s, s->has_narrow ? to.start : source, padded, top, bottom);
}

void odnn_planar_run(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source, float *target,
    float *scratch, int64_t first, int64_t end) {
  int64_t rows = block_rows(out_width(s)), width = out_width(s);
  int64_t first_pixel = first * rows * width, end_pixel = end * rows * width;
  if (!s->has_wide) {
    struct planes to = {
        target, odnn_plane_pitch(s->height * s->width), s->width, s->target_row};
    return run_narrow(s, w, source, to, first_pixel, end_pixel);
  }
  prepare(s, w, source, scratch, first * rows, end * rows);
  int64_t window[9];
  find_window(s, window);
  for (int64_t p = first_pixel; p < end_pixel; p += block_pixels)
    run_block(s, w, window, scratch, target, p);
}

#else

void odnn_planar_run(
    const odnn_planar_shape *s, const odnn_planar_weights *w, const float *source, float *target,
    float *scratch, int64_t first, int64_t end) {
  (void)s, (void)w, (void)source, (void)target, (void)scratch, (void)first, (void)end;
}

#endif
