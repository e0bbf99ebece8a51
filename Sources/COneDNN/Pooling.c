#include "Loops.h"

#include <string.h>

// One part of a loop is one image, so images are shared out over the threads.

struct job {
  const odnn_pooling_shape *shape;
  const float *in;
  float *out;
  int32_t *where;
  const int32_t *found;
};

static int64_t elements(const odnn_pooling_shape *s) {
  return s->batch * s->height * s->width * s->channels;
}

struct window {
  int64_t top, bottom, left, right;
};

static struct window window_at(const odnn_pooling_shape *s, int64_t row, int64_t column) {
  if (s->kernel == 0)
    return (struct window){
        row * s->height / s->out_height,
        ((row + 1) * s->height + s->out_height - 1) / s->out_height,
        column * s->width / s->out_width,
        ((column + 1) * s->width + s->out_width - 1) / s->out_width};
  int64_t top = row * s->stride - s->padding, left = column * s->stride - s->padding;
  return (struct window){
      top < 0 ? 0 : top, odnn_minimum(top + s->kernel, s->height), left < 0 ? 0 : left,
      odnn_minimum(left + s->kernel, s->width)};
}

/// The share of one pixel in the mean: padding counts as part of a fixed window.
static float share(const odnn_pooling_shape *s, struct window w) {
  int64_t area = s->kernel ? s->kernel * s->kernel : (w.bottom - w.top) * (w.right - w.left);
  return 1.0f / (float)area;
}

ODNN_CLONES static void add_scaled(const float *x, float factor, float *y, int64_t count) {
  ODNN_VECTOR
  for (int64_t c = 0; c < count; c++) y[c] += x[c] * factor;
}

ODNN_CLONES static void keep_larger(
    const float *x, int32_t place, float *y, int32_t *where, int64_t count) {
  ODNN_VECTOR
  for (int64_t c = 0; c < count; c++) {
    // Not-a-number wins and stays, as in every framework: it must not vanish in a pool.
    int larger = x[c] > y[c] || (x[c] != x[c] && y[c] == y[c]);
    y[c] = larger ? x[c] : y[c];
    where[c] = larger ? place : where[c];
  }
}

static void average_image(void *context, int64_t n) {
  struct job *job = context;
  const odnn_pooling_shape *s = job->shape;
  const float *x = job->in + n * s->height * s->width * s->channels;
  float *y = job->out + n * s->out_height * s->out_width * s->channels;
  for (int64_t p = 0; p < s->out_height * s->out_width; p++, y += s->channels) {
    struct window w = window_at(s, p / s->out_width, p % s->out_width);
    float factor = share(s, w);
    memset(y, 0, sizeof(float) * s->channels);
    for (int64_t i = w.top; i < w.bottom; i++)
      for (int64_t j = w.left; j < w.right; j++)
        add_scaled(x + (i * s->width + j) * s->channels, factor, y, s->channels);
  }
}

void odnn_average_pool(const odnn_pooling_shape *shape, const float *x, float *y) {
  struct job job = {.shape = shape, .in = x, .out = y};
  odnn_for_each(shape->batch, elements(shape), &job, average_image);
}

static void average_image_gradient(void *context, int64_t n) {
  struct job *job = context;
  const odnn_pooling_shape *s = job->shape;
  float *dx = job->out + n * s->height * s->width * s->channels;
  const float *dy = job->in + n * s->out_height * s->out_width * s->channels;
  memset(dx, 0, sizeof(float) * s->height * s->width * s->channels);
  for (int64_t p = 0; p < s->out_height * s->out_width; p++, dy += s->channels) {
    struct window w = window_at(s, p / s->out_width, p % s->out_width);
    float factor = share(s, w);
    for (int64_t i = w.top; i < w.bottom; i++)
      for (int64_t j = w.left; j < w.right; j++)
        add_scaled(dy, factor, dx + (i * s->width + j) * s->channels, s->channels);
  }
}

void odnn_average_pool_gradient(const odnn_pooling_shape *shape, const float *dy, float *dx) {
  struct job job = {.shape = shape, .in = dy, .out = dx};
  odnn_for_each(shape->batch, elements(shape), &job, average_image_gradient);
}

static void max_image(void *context, int64_t n) {
  struct job *job = context;
  const odnn_pooling_shape *s = job->shape;
  const float *x = job->in + n * s->height * s->width * s->channels;
  int64_t outputs = s->out_height * s->out_width, start = n * outputs * s->channels;
  float *y = job->out + start;
  int32_t *where = job->where + start;
  for (int64_t p = 0; p < outputs; p++, y += s->channels, where += s->channels) {
    struct window w = window_at(s, p / s->out_width, p % s->out_width);
    int32_t first = (int32_t)(w.top * s->width + w.left);
    memcpy(y, x + first * s->channels, sizeof(float) * s->channels);
    for (int64_t c = 0; c < s->channels; c++) where[c] = first;
    for (int64_t i = w.top; i < w.bottom; i++)
      for (int64_t j = w.left; j < w.right; j++) {
        int64_t place = i * s->width + j;
        keep_larger(x + place * s->channels, (int32_t)place, y, where, s->channels);
      }
  }
}

void odnn_max_pool(const odnn_pooling_shape *shape, const float *x, float *y, int32_t *where) {
  struct job job = {.shape = shape, .in = x, .out = y, .where = where};
  odnn_for_each(shape->batch, elements(shape), &job, max_image);
}

static void max_image_gradient(void *context, int64_t n) {
  struct job *job = context;
  const odnn_pooling_shape *s = job->shape;
  int64_t outputs = s->out_height * s->out_width * s->channels, start = n * outputs;
  float *dx = job->out + n * s->height * s->width * s->channels;
  memset(dx, 0, sizeof(float) * s->height * s->width * s->channels);
  for (int64_t o = 0; o < outputs; o++)
    dx[job->found[start + o] * s->channels + o % s->channels] += job->in[start + o];
}

void odnn_max_pool_gradient(
    const odnn_pooling_shape *shape, const float *dy, const int32_t *where, float *dx) {
  struct job job = {.shape = shape, .in = dy, .out = dx, .found = where};
  odnn_for_each(shape->batch, elements(shape), &job, max_image_gradient);
}
