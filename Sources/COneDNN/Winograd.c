#include "Winograd.h"

#include "Loops.h"
#include "Tiles.h"

#include <stdatomic.h>
#include <string.h>

size_t odnn_winograd_packed_count(const struct winograd *w) {
  return (size_t)(winograd_places * w->channels * odnn_whole_blocks(w->outputs));
}

size_t odnn_winograd_scratch_count(
    const struct winograd *w, odnn_direction direction, int threads) {
  size_t sums = direction == odnn_backward_weights ? odnn_winograd_sums_count(w) : 0;
  return threads * (odnn_winograd_tiles_count(w) + sums);
}

enum { forward_tiles = 16, gradient_tiles = 32 };

// Where it was measured to be faster than oneDNN's direct convolutions: with fewer channels, most of
// the lanes of a vector are empty; with fewer tiles, or small images that tiles overlap, most tiles.
enum { least_tiles = 32, least_of_image = 16, most_waste = 2 };

static int has_channels(const odnn_convolution_shape *s, odnn_direction direction) {
  int64_t windows = s->in_channels * s->out_channels;
  switch (direction) {
  case odnn_forward: return s->in_channels >= 6 && windows >= 64;
  case odnn_backward_data: return s->out_channels >= 6 && windows >= 128;
  default: return s->in_channels >= 12 && windows >= 72;
  }
}

static int is_window(const odnn_convolution_shape *s) {
  return s->kernel_height == 3 && s->kernel_width == 3 && s->stride == 1 && s->dilation == 1 &&
         s->groups == 1 && s->padding <= 2;
}

static int can_transform(const odnn_convolution_shape *s, odnn_direction direction) {
  if (!odnn_has_tiles() || s->is_bfloat16 || !is_window(s) || !has_channels(s, direction)) return 0;
  struct winograd w = odnn_describe_winograd(s, direction);
  return w.down * w.across * winograd_step * winograd_step <=
         most_waste * w.out_height * w.out_width;
}

int odnn_suits_winograd(const odnn_convolution_shape *s, odnn_direction direction) {
  return s->may_transform && can_transform(s, direction) &&
         odnn_describe_winograd(s, direction).tiles >= least_tiles;
}

int odnn_suits_fused_winograd(const odnn_convolution_shape *s) {
  struct winograd w = odnn_describe_winograd(s, odnn_forward);
  return can_transform(s, odnn_forward) && w.down * w.across >= least_of_image;
}

struct winograd odnn_describe_winograd(
    const odnn_convolution_shape *s, odnn_direction direction) {
  struct winograd w = {
      .batch = s->batch, .height = s->height, .width = s->width, .channels = s->in_channels,
      .out_height = s->out_height, .out_width = s->out_width, .outputs = s->out_channels,
      .above = s->padding, .left = s->padding};
  if (direction == odnn_backward_data)
    w = (struct winograd){
        .batch = s->batch, .height = s->out_height, .width = s->out_width,
        .channels = s->out_channels, .out_height = s->height, .out_width = s->width,
        .outputs = s->in_channels, .above = 2 - s->padding, .left = 2 - s->padding};
  w.down = (w.out_height + winograd_step - 1) / winograd_step;
  w.across = (w.out_width + winograd_step - 1) / winograd_step;
  w.tiles = w.batch * w.down * w.across;
  w.at_once = direction == odnn_backward_weights ? gradient_tiles : forward_tiles;
  return w;
}

// MARK: Running

#if defined(__x86_64__)
#define INLINE ODNN_TILES static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

struct job {
  const struct winograd *w;
  const float *x, *weights;
  struct winograd_end end;
  float *y, *scratch;
  _Atomic int64_t next;
};

/// c = a · b for `tiles` tiles: blocks of 16 channels of a, 16 or 32 outputs of b in each of `depth`
/// steps.
INLINE void multiply(
    const float *a, int64_t block, int64_t depth, const float *b, float *c, int tiles, int wide) {
  __m512 first[forward_tiles], second[forward_tiles];
  UNROLL for (int t = 0; t < tiles; t++) first[t] = second[t] = _mm512_setzero_ps();
  for (; depth > 0; depth -= winograd_block, a += block) {
    const float *p = a;
    for (int64_t s = odnn_minimum(depth, winograd_block); s > 0; s--, p++) {
      __m512 x = _mm512_loadu_ps(b), y = wide ? _mm512_loadu_ps(b + winograd_block) : x;
      UNROLL for (int t = 0; t < tiles; t++) {
        __m512 factor = _mm512_set1_ps(p[winograd_block * t]);
        first[t] = _mm512_fmadd_ps(factor, x, first[t]);
        if (wide) second[t] = _mm512_fmadd_ps(factor, y, second[t]);
      }
      b += wide ? 2 * winograd_block : winograd_block;
    }
  }
  UNROLL for (int t = 0; t < tiles; t++) {
    _mm512_storeu_ps(c + winograd_block * t, first[t]);
    if (wide) _mm512_storeu_ps(c + block + winograd_block * t, second[t]);
  }
}

#define MULTIPLY(name, tiles, wide)                                                      \
  ODNN_TILES static void name(                                                           \
      const float *a, int64_t block, int64_t depth, const float *b, float *c) {          \
    multiply(a, block, depth, b, c, tiles, wide);                                        \
  }
MULTIPLY(four_wide, 4, 1)
MULTIPLY(eight_wide, 8, 1)
MULTIPLY(four_narrow, 4, 0)
MULTIPLY(eight_narrow, 8, 0)
MULTIPLY(sixteen_narrow, 16, 0)

/// The products of one place for one panel of outputs, a multiple of four tiles at a time.
static void multiply_panel(
    const float *a, int64_t block, int64_t depth, const float *b, float *c, int64_t tiles,
    int is_wide) {
  if (!is_wide && tiles > 8) {
    sixteen_narrow(a, block, depth, b, c);
    return;
  }
  for (int64_t t = 0; t < tiles;) {
    int64_t at = t * winograd_block;
    if (tiles - t > 4) {
      (is_wide ? eight_wide : eight_narrow)(a + at, block, depth, b, c + at);
      t += 8;
    } else {
      (is_wide ? four_wide : four_narrow)(a + at, block, depth, b, c + at);
      t += 4;
    }
  }
}

/// The products of one place.
static void multiply_place(
    const struct winograd *w, const float *from, const float *weights, float *to, int64_t tiles) {
  int64_t block = w->at_once * winograd_block, outputs = odnn_whole_blocks(w->outputs);
  for (int64_t k = 0; k < outputs; k += tile_columns)
    multiply_panel(
        from, block, w->channels, weights + k * w->channels, to + k * w->at_once, tiles,
        outputs - k >= tile_columns);
}

/// Tiles that are missing to a multiple of four: products are of what lies there.
static void fill_up(const struct winograd *w, int64_t count, float *from) {
  int64_t place = odnn_winograd_place_step(w, w->channels), block = w->at_once * winograd_block;
  for (int64_t t = count; t % 4 != 0; t++)
    for (int64_t i = 0; i < winograd_places; i++)
      for (int64_t c = 0; c * winograd_block < w->channels; c++)
        memset(
            from + i * place + c * block + t * winograd_block, 0,
            sizeof(float) * winograd_block);
}

static void run_tiles(const struct job *job, int64_t first, float *from, float *to) {
  const struct winograd *w = job->w;
  int64_t count = odnn_minimum(w->at_once, w->tiles - first), fetched = 0;
  int64_t from_place = odnn_winograd_place_step(w, w->channels);
  int64_t to_place = odnn_winograd_place_step(w, w->outputs);
  int64_t weights_place = w->channels * odnn_whole_blocks(w->outputs);
  struct winograd_images from_images = odnn_winograd_inputs(w, job->x);
  struct winograd_images to_images = odnn_winograd_outputs(w, job->y);
  for (int64_t t = 0; t < count; t++)
    odnn_winograd_input(w, job->x, first + t, from + t * winograd_block);
  fill_up(w, count, from);
  for (int64_t place = 0; place < winograd_places; place++) {
    for (; fetched < count * (place + 1) / winograd_places; fetched++) {
      odnn_winograd_fetch(w, to_images, first + fetched, 1);
      odnn_winograd_fetch(w, from_images, first + w->at_once + fetched, 0);
    }
    multiply_place(
        w, from + place * from_place, job->weights + place * weights_place, to + place * to_place,
        count);
  }
  for (int64_t t = 0; t < count; t++)
    odnn_winograd_output(w, to + t * winograd_block, job->end, first + t, job->y);
}

/// Takes tiles as long as there are any.
static void run_lane(void *context, int64_t lane) {
  struct job *job = context;
  const struct winograd *w = job->w;
  float *from = job->scratch + lane * odnn_winograd_tiles_count(w);
  float *to = from + winograd_places * odnn_winograd_place_step(w, w->channels);
  for (;;) {
    int64_t first = w->at_once * atomic_fetch_add_explicit(&job->next, 1, memory_order_relaxed);
    if (first >= w->tiles) return;
    run_tiles(job, first, from, to);
  }
}

void odnn_run_winograd(
    const struct winograd *w, const float *x, const float *weights, struct winograd_end end,
    float *y, int threads, float *scratch) {
  struct job job = {w, x, weights, end, y, scratch, 0};
  odnn_for_each(threads, INT64_MAX, &job, run_lane);
}
#else
// Nothing suits on other processors, so this is never asked for.
void odnn_run_winograd(
    const struct winograd *w, const float *x, const float *weights, struct winograd_end end,
    float *y, int threads, float *scratch) {
  (void)w, (void)x, (void)weights, (void)end, (void)y, (void)threads, (void)scratch;
}
#endif
