#include "Strips.h"

// A row is normalised while it is in the first-level cache, forward and backward: one pass over
// memory each. Gradients of scale and shift are summed part by part.

struct job {
  const float *x, *gradient, *scale, *shift;
  float *mean, *inverse, *y, *sums;
  int64_t rows, width;
  float epsilon;
};

ODNN_CLONES static float row_sum(const float *x, int64_t width) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < width; i++) total += x[i];
  return total;
}

ODNN_CLONES static float row_squares(const float *x, float mean, int64_t width) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < width; i++) total += (x[i] - mean) * (x[i] - mean);
  return total;
}

ODNN_CLONES static void row_affine(
    const float *x, float mean, float inverse, const float *scale, const float *shift,
    int64_t width, float *y) {
  ODNN_VECTOR
  for (int64_t i = 0; i < width; i++) y[i] = (x[i] - mean) * inverse * scale[i] + shift[i];
}

static void forward_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t per_part = rows_per_part(job->width), width = job->width;
  int64_t end = odnn_minimum((part + 1) * per_part, job->rows);
  for (int64_t r = part * per_part; r < end; r++) {
    const float *x = job->x + r * width;
    float mean = row_sum(x, width) / (float)width;
    float variance = row_squares(x, mean, width) / (float)width;
    float inverse = 1.0f / __builtin_sqrtf(variance + job->epsilon);
    job->mean[r] = mean;
    job->inverse[r] = inverse;
    row_affine(x, mean, inverse, job->scale, job->shift, width, job->y + r * width);
  }
}

void odnn_layer_norm(
    const float *x, int64_t rows, int64_t width, const float *scale, const float *shift,
    float epsilon, float *mean, float *inverse, float *y) {
  struct job job = {
      .x = x, .scale = scale, .shift = shift, .mean = mean, .inverse = inverse, .y = y,
      .rows = rows, .width = width, .epsilon = epsilon};
  odnn_for_each(part_count(rows, width), rows * width, &job, forward_part);
}

/// Σ g·scale and Σ g·scale·x̂ of one row; g and g·x̂ join the part's sums.
ODNN_CLONES static void row_sums(
    const float *x, const float *g, const float *scale, float mean, float inverse, int64_t width,
    float *scale_sum, float *shift_sum, float *result) {
  float plain = 0, product = 0;
#pragma omp simd reduction(+ : plain, product)
  for (int64_t i = 0; i < width; i++) {
    float normal = (x[i] - mean) * inverse, scaled = g[i] * scale[i];
    plain += scaled;
    product += scaled * normal;
    scale_sum[i] += g[i] * normal;
    shift_sum[i] += g[i];
  }
  result[0] = plain;
  result[1] = product;
}

ODNN_CLONES static void row_gradient(
    const float *x, const float *g, const float *scale, float mean, float inverse, float plain,
    float product, int64_t width, float *dx) {
  ODNN_VECTOR
  for (int64_t i = 0; i < width; i++)
    dx[i] = inverse * (g[i] * scale[i] - plain - (x[i] - mean) * inverse * product);
}

static void backward_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t per_part = rows_per_part(job->width), width = job->width;
  int64_t end = odnn_minimum((part + 1) * per_part, job->rows);
  float *scale_sum = job->sums + 2 * width * part, *shift_sum = scale_sum + width;
  memset(scale_sum, 0, sizeof(float) * 2 * width);
  for (int64_t r = part * per_part; r < end; r++) {
    const float *x = job->x + r * width, *g = job->gradient + r * width;
    float mean = job->mean[r], inverse = job->inverse[r], sums[2];
    row_sums(x, g, job->scale, mean, inverse, width, scale_sum, shift_sum, sums);
    if (job->y)
      row_gradient(
          x, g, job->scale, mean, inverse, sums[0] / (float)width, sums[1] / (float)width, width,
          job->y + r * width);
  }
}

void odnn_layer_norm_gradient(
    const float *x, const float *gradient, int64_t rows, int64_t width, const float *scale,
    const float *mean, const float *inverse, float *dx, float *dscale, float *dshift,
    float *scratch) {
  struct job job = {
      .x = x, .gradient = gradient, .scale = scale, .mean = (float *)mean,
      .inverse = (float *)inverse, .y = dx, .sums = scratch, .rows = rows, .width = width};
  int64_t parts = part_count(rows, width);
  odnn_for_each(parts, rows * width, &job, backward_part);
  combine(scratch, parts, 2 * width, width, dscale);
  combine(scratch + width, parts, 2 * width, width, dshift);
}
