#include "Loops.h"
#include "PlanarPadding.h"

enum { group = odnn_planar_group };

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

#if defined(__x86_64__)

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
  odnn_planar_clear_margins(s, s->inner_channels, top, bottom, s->has_narrow, padded);
  if (!s->has_narrow) return odnn_planar_pad(s, source, padded, top, bottom);
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
  if (s->stride == 2 && !to.column) odnn_planar_pad(s, to.start, padded, top, bottom);
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
    if (first == 0) odnn_planar_clear_margins(s, s->out_channels, 0, 0, 0, target);
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
