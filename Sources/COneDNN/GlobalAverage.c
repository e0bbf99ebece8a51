#include "Strips.h"

// An image is `area` rows of channels, walked in strips like every other set of rows.

struct job {
  const float *in;
  float *out;
  int64_t batch, area, channels;
  int accumulate;
};

/// Images that make one part: about as many elements as in other loops.
static int64_t images_per_part(const struct job *job) {
  int64_t elements = job->area * job->channels;
  return elements >= odnn_part_count ? 1 : odnn_part_count / elements;
}

static void run(struct job *job, void (*body)(void *, int64_t)) {
  int64_t per_part = images_per_part(job);
  odnn_for_each(
      (job->batch + per_part - 1) / per_part, job->batch * job->area * job->channels, job, body);
}

static void average_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t per_part = images_per_part(job), end = odnn_minimum((part + 1) * per_part, job->batch);
  float lanes[strip_width];
  for (int64_t n = part * per_part; n < end; n++) {
    float *y = job->out + n * job->channels;
    for (int64_t k = 0; k < strip_count(job->channels); k++) {
      struct strip s = strip_at(k, job->area, job->channels);
      odnn_sum_columns(job->in + n * job->area * job->channels + s.first, s, lanes);
      collect(lanes, s, job->channels, y);
    }
    for (int64_t c = 0; c < job->channels; c++) y[c] /= (float)job->area;
  }
}

void odnn_global_average(
    const float *x, int64_t batch, int64_t area, int64_t channels, float *y) {
  run(&(struct job){.in = x, .out = y, .batch = batch, .area = area, .channels = channels},
      average_part);
}

ODNN_CLONES static void spread(const float *row, struct strip s, int accumulate, float *dx) {
  for (int64_t r = 0; r <= s.rows; r++) {
    int64_t at = r * s.stride, width = r < s.rows ? s.width : s.tail;
    if (accumulate) {
      ODNN_VECTOR
      for (int64_t i = 0; i < width; i++) dx[at + i] += row[i];
    } else {
      ODNN_VECTOR
      for (int64_t i = 0; i < width; i++) dx[at + i] = row[i];
    }
  }
}

static void gradient_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t per_part = images_per_part(job), end = odnn_minimum((part + 1) * per_part, job->batch);
  float row[strip_width];
  for (int64_t n = part * per_part; n < end; n++)
    for (int64_t k = 0; k < strip_count(job->channels); k++) {
      struct strip s = strip_at(k, job->area, job->channels);
      repeat(job->in + n * job->channels, s, job->channels, row);
      for (int64_t i = 0; i < s.width; i++) row[i] /= (float)job->area;
      spread(row, s, job->accumulate, job->out + n * job->area * job->channels + s.first);
    }
}

void odnn_global_average_gradient(
    const float *dy, int64_t batch, int64_t area, int64_t channels, int accumulate, float *dx) {
  run(&(struct job){
          .in = dy, .out = dx, .batch = batch, .area = area, .channels = channels,
          .accumulate = accumulate},
      gradient_part);
}
