#include "Loops.h"

#include <string.h>

// outer × count × inner → outer × inner. Sums are taken in blocks of single precision and added up
// in double, in an order that depends on the sizes alone.

enum { block = 128, strip = 256, lane_count = 32 };

struct job {
  const float *x;
  float *y;
  int64_t outer, count, inner, strips;
};

ODNN_CLONES static double sum_run(const float *x, int64_t count) {
  double lanes[lane_count] = {0}, total = 0;
  int64_t whole = count / lane_count * lane_count;
  for (int64_t i = 0; i < whole; i += lane_count)
    for (int k = 0; k < lane_count; k++) lanes[k] += x[i + k];
  for (int64_t i = whole; i < count; i++) lanes[i - whole] += x[i];
  for (int k = 0; k < lane_count; k++) total += lanes[k];
  return total;
}

ODNN_CLONES static void sum_block(
    const float *x, int64_t rows, int64_t stride, int64_t width, double *total) {
  float lanes[strip] = {0};
  for (int64_t r = 0; r < rows; r++)
    ODNN_VECTOR
    for (int64_t i = 0; i < width; i++) lanes[i] += x[r * stride + i];
  ODNN_VECTOR
  for (int64_t i = 0; i < width; i++) total[i] += lanes[i];
}

static void sum_part(void *context, int64_t part) {
  struct job *job = context;
  if (job->inner == 1) {
    // Runs of one output each: a part is a group of them.
    int64_t end = odnn_minimum((part + 1) * job->strips, job->outer);
    for (int64_t o = part * job->strips; o < end; o++)
      job->y[o] = (float)sum_run(job->x + o * job->count, job->count);
    return;
  }
  int64_t outer = part / job->strips, first = part % job->strips * strip;
  int64_t width = odnn_minimum(strip, job->inner - first);
  const float *x = job->x + outer * job->count * job->inner + first;
  double total[strip] = {0};
  for (int64_t r = 0; r < job->count; r += block)
    sum_block(
        x + r * job->inner, odnn_minimum(block, job->count - r), job->inner, width, total);
  for (int64_t i = 0; i < width; i++) job->y[outer * job->inner + first + i] = (float)total[i];
}

ODNN_CLONES static void keep_largest(const float *x, float *y, int64_t width) {
  ODNN_VECTOR
  for (int64_t i = 0; i < width; i++) y[i] = x[i] > y[i] || x[i] != x[i] ? x[i] : y[i];
}

static void largest_part(void *context, int64_t part) {
  struct job *job = context;
  if (job->inner == 1) {
    int64_t end = odnn_minimum((part + 1) * job->strips, job->outer);
    for (int64_t o = part * job->strips; o < end; o++) {
      const float *x = job->x + o * job->count;
      float largest = x[0];
      for (int64_t i = 1; i < job->count; i++)
        largest = x[i] > largest || x[i] != x[i] ? x[i] : largest;
      job->y[o] = largest;
    }
    return;
  }
  int64_t outer = part / job->strips, first = part % job->strips * strip;
  int64_t width = odnn_minimum(strip, job->inner - first);
  const float *x = job->x + outer * job->count * job->inner + first;
  float *y = job->y + outer * job->inner + first;
  memcpy(y, x, sizeof(float) * width);
  for (int64_t r = 1; r < job->count; r++) keep_largest(x + r * job->inner, y, width);
}

static void reduce(
    const float *x, int64_t outer, int64_t count, int64_t inner, float *y,
    void (*body)(void *, int64_t)) {
  struct job job = {x, y, outer, count, inner, 0};
  int64_t parts;
  if (inner == 1) {
    job.strips = count < odnn_part_count ? odnn_part_count / (count > 0 ? count : 1) : 1;
    parts = (outer + job.strips - 1) / job.strips;
  } else {
    job.strips = (inner + strip - 1) / strip;
    parts = outer * job.strips;
  }
  odnn_for_each(parts, outer * count * inner, &job, body);
}

void odnn_reduce_sum(const float *x, int64_t outer, int64_t count, int64_t inner, float *y) {
  reduce(x, outer, count, inner, y, sum_part);
}

void odnn_reduce_largest(const float *x, int64_t outer, int64_t count, int64_t inner, float *y) {
  reduce(x, outer, count, inner, y, largest_part);
}
