#include "include/Planar.h"

#include <string.h>

#include "Loops.h"
#include "Tiles.h"

// A window on pixels of a few channels is three stretches of memory, one in each row of a padded copy of
// the image. 16 pixels of 16 output channels stay in registers while their windows are walked.

enum { side = 3, block = 16, most_channels = 4 };

static int64_t padded_row(const odnn_planar_shape *s) { return (s->width + 2) * s->in_channels; }
static int64_t depth(int64_t inputs) { return side * side * inputs; }

int odnn_pixels_serves(const odnn_planar_shape *s) {
  return odnn_planar_serves(s) && s->has_wide && !s->has_narrow && s->stride == 1 &&
         s->in_channels <= most_channels && s->source_row == s->in_channels && s->target_row > 0;
}

size_t odnn_pixels_packed(int64_t outputs, int64_t inputs) {
  return (size_t)((outputs + block - 1) / block * block * depth(inputs));
}

void odnn_pixels_pack(const float *weights, int64_t outputs, int64_t inputs, float *packed) {
  int64_t area = side * side, steps = depth(inputs);
  memset(packed, 0, sizeof(float) * odnn_pixels_packed(outputs, inputs));
  for (int64_t n = 0; n < outputs; n++)
    for (int64_t c = 0; c < inputs; c++)
      for (int64_t i = 0; i < area; i++)
        packed[(n / block * steps + i * inputs + c) * block + n % block] =
            weights[(n * inputs + c) * area + i];
}

size_t odnn_pixels_scratch(const odnn_planar_shape *s) {
  return (size_t)((s->height + 2) * padded_row(s));
}

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx512f")))
#define UNROLL _Pragma("clang loop unroll(full)")

/// Row `y` of the image, zero outside of it, with a pixel of zeros on each side.
static void pad(const odnn_planar_shape *s, const float *source, int64_t y, float *to) {
  int64_t channels = s->in_channels, count = s->width * channels;
  if (y < 0 || y >= s->height) {
    memset(to, 0, sizeof(float) * padded_row(s));
    return;
  }
  memset(to, 0, sizeof(float) * channels);
  memcpy(to + channels, source + y * count, sizeof(float) * count);
  memset(to + channels + count, 0, sizeof(float) * channels);
}

/// Output channels from `n` on of the 16 pixels whose windows begin at `from`. `channels` is known when
/// this is compiled, so that pixels lie at fixed distances.
static inline __attribute__((always_inline, target("avx512f"))) void run_block(
    const odnn_planar_shape *s, const float *from, const float *w, const float *bias, int64_t n,
    float *y, int channels) {
  __mmask16 own = odnn_first_lanes(s->out_channels - n);
  __m512 first = _mm512_maskz_loadu_ps(own, bias + n), sums[block];
  UNROLL for (int r = 0; r < block; r++) sums[r] = first;
  for (int i = 0; i < side; i++, from += (s->width + 2) * channels) {
    const float *at = from;
    // Unrolled, windows would share numbers, more of them than registers can hold.
    _Pragma("clang loop unroll(disable)") for (int k = 0; k < side * channels; k++, at++) {
      __m512 weights = _mm512_loadu_ps(w);
      UNROLL for (int r = 0; r < block; r++)
        sums[r] = _mm512_fmadd_ps(_mm512_set1_ps(at[r * channels]), weights, sums[r]);
      w += block;
    }
  }
  __m512 floor = _mm512_set1_ps(s->relu ? 0.0f : -__builtin_inff());
  UNROLL for (int r = 0; r < block; r++)
    _mm512_mask_storeu_ps(y + r * s->target_row + n, own, _mm512_max_ps(floor, sums[r]));
}

#define BLOCK(channels)                                                                       \
  WIDE static void block_##channels(                                                          \
      const odnn_planar_shape *s, const float *from, const float *w, const float *bias,       \
      int64_t n, float *y) {                                                                  \
    run_block(s, from, w, bias, n, y, channels);                                              \
  }
BLOCK(1)
BLOCK(2)
BLOCK(3)
BLOCK(4)

void odnn_pixels_run(
    const odnn_planar_shape *s, const float *weights, const float *bias, const float *source,
    float *target, float *scratch, int64_t first, int64_t end) {
  static void (*const blocks[])(
      const odnn_planar_shape *, const float *, const float *, const float *, int64_t, float *) = {
      0, block_1, block_2, block_3, block_4};
  int64_t row = padded_row(s);
  for (int64_t y = first - 1; y <= end; y++) pad(s, source, y, scratch + (y - first + 1) * row);
  for (int64_t y = first; y < end; y++)
    for (int64_t n = 0; n < s->out_channels; n += block)
      for (int64_t x = 0; x < s->width; x += block)
        blocks[s->in_channels](
            s, scratch + (y - first) * row + x * s->in_channels,
            weights + n * depth(s->in_channels), bias, n,
            target + (y * s->width + x) * s->target_row);
}

#else

void odnn_pixels_run(
    const odnn_planar_shape *s, const float *weights, const float *bias, const float *source,
    float *target, float *scratch, int64_t first, int64_t end) {
  (void)s, (void)weights, (void)bias, (void)source, (void)target, (void)scratch;
  (void)first, (void)end;
}

#endif
