#include "Loops.h"

#include <string.h>

// One part is one image. A pixel of the output mixes four of the input.

struct job {
  const odnn_resize_shape *s;
  const float *in;
  float *out;
};

/// The two places along a side that an output mixes, and the share of the second.
struct mix {
  int64_t first, second;
  float share;
};

static struct mix mix_at(int64_t at, int64_t from, int64_t to, int align_corners) {
  double place;
  if (align_corners)
    place = to > 1 ? (double)at * (double)(from - 1) / (double)(to - 1) : 0;
  else
    place = ((double)at + 0.5) * (double)from / (double)to - 0.5;
  if (place < 0) place = 0;
  int64_t first = (int64_t)place;
  if (first > from - 1) first = from - 1;
  int64_t second = first < from - 1 ? first + 1 : first;
  return (struct mix){first, second, (float)(place - (double)first)};
}

ODNN_CLONES static void mix_pixels(
    const float *a, const float *b, const float *c, const float *d, float row, float column,
    float *y, int64_t channels) {
  ODNN_VECTOR
  for (int64_t i = 0; i < channels; i++)
    y[i] = (1 - row) * ((1 - column) * a[i] + column * b[i]) +
           row * ((1 - column) * c[i] + column * d[i]);
}

ODNN_CLONES static void add_scaled(const float *x, float factor, float *y, int64_t count) {
  ODNN_VECTOR
  for (int64_t i = 0; i < count; i++) y[i] += x[i] * factor;
}

static void forward_part(void *context, int64_t n) {
  struct job *job = context;
  const odnn_resize_shape *s = job->s;
  const float *x = job->in + n * s->height * s->width * s->channels;
  float *y = job->out + n * s->out_height * s->out_width * s->channels;
  for (int64_t i = 0; i < s->out_height; i++) {
    struct mix row = mix_at(i, s->height, s->out_height, s->align_corners);
    const float *top = x + row.first * s->width * s->channels;
    const float *bottom = x + row.second * s->width * s->channels;
    for (int64_t j = 0; j < s->out_width; j++, y += s->channels) {
      struct mix column = mix_at(j, s->width, s->out_width, s->align_corners);
      int64_t left = column.first * s->channels, right = column.second * s->channels;
      mix_pixels(
          top + left, top + right, bottom + left, bottom + right, row.share, column.share, y,
          s->channels);
    }
  }
}

static void backward_part(void *context, int64_t n) {
  struct job *job = context;
  const odnn_resize_shape *s = job->s;
  float *dx = job->out + n * s->height * s->width * s->channels;
  const float *g = job->in + n * s->out_height * s->out_width * s->channels;
  memset(dx, 0, sizeof(float) * s->height * s->width * s->channels);
  for (int64_t i = 0; i < s->out_height; i++) {
    struct mix row = mix_at(i, s->height, s->out_height, s->align_corners);
    float *top = dx + row.first * s->width * s->channels;
    float *bottom = dx + row.second * s->width * s->channels;
    for (int64_t j = 0; j < s->out_width; j++, g += s->channels) {
      struct mix column = mix_at(j, s->width, s->out_width, s->align_corners);
      int64_t left = column.first * s->channels, right = column.second * s->channels;
      float up = 1 - row.share, down = row.share, near = 1 - column.share, far = column.share;
      add_scaled(g, up * near, top + left, s->channels);
      add_scaled(g, up * far, top + right, s->channels);
      add_scaled(g, down * near, bottom + left, s->channels);
      add_scaled(g, down * far, bottom + right, s->channels);
    }
  }
}

void odnn_resize(const odnn_resize_shape *shape, const float *x, float *y) {
  struct job job = {shape, x, y};
  odnn_for_each(
      shape->batch, shape->batch * shape->out_height * shape->out_width * shape->channels, &job,
      forward_part);
}

void odnn_resize_gradient(const odnn_resize_shape *shape, const float *dy, float *dx) {
  struct job job = {shape, dy, dx};
  odnn_for_each(
      shape->batch, 4 * shape->batch * shape->out_height * shape->out_width * shape->channels,
      &job, backward_part);
}
