#include "Loops.h"

#include <string.h>

// One part is one sample: area × channels, the channels in groups that lie side by side. Sums are
// taken per channel first, so that the inner loops are as long as the channels are many.

struct job {
  const odnn_group_norm *n;
  const float *gradient;
  float *y, *dscale, *dshift;
};

ODNN_CLONES static void add_rows(const float *x, int64_t area, int64_t channels, float *sum) {
  memset(sum, 0, sizeof(float) * channels);
  for (int64_t r = 0; r < area; r++)
    ODNN_VECTOR
    for (int64_t c = 0; c < channels; c++) sum[c] += x[r * channels + c];
}

ODNN_CLONES static void add_squares(
    const float *x, const float *mean, int64_t area, int64_t channels, float *sum) {
  memset(sum, 0, sizeof(float) * channels);
  for (int64_t r = 0; r < area; r++)
    ODNN_VECTOR
    for (int64_t c = 0; c < channels; c++) {
      float d = x[r * channels + c] - mean[c];
      sum[c] += d * d;
    }
}

ODNN_CLONES static void affine(
    const float *x, const float *factor, const float *offset, int64_t area, int64_t channels,
    float *y) {
  for (int64_t r = 0; r < area; r++)
    ODNN_VECTOR
    for (int64_t c = 0; c < channels; c++)
      y[r * channels + c] = x[r * channels + c] * factor[c] + offset[c];
}

/// value[c] = the mean over its group of the per-channel sums, weighted if asked.
static void spread(
    const float *sum, const float *weight, const odnn_group_norm *n, float *value) {
  int64_t width = n->channels / n->groups;
  for (int64_t g = 0; g < n->groups; g++) {
    double total = 0;
    for (int64_t c = g * width; c < (g + 1) * width; c++)
      total += (double)sum[c] * (weight ? weight[c] : 1.0f);
    float mean = (float)(total / (double)(n->area * width));
    for (int64_t c = g * width; c < (g + 1) * width; c++) value[c] = mean;
  }
}

static void forward_part(void *context, int64_t sample) {
  struct job *job = context;
  const odnn_group_norm *n = job->n;
  int64_t channels = n->channels, start = sample * n->area * channels;
  // Kept for the way back: mean and 1 / deviation of every channel of every sample.
  float *mean = n->kept + 4 * channels * sample, *inverse = mean + channels;
  float *factor = inverse + channels, *offset = factor + channels;
  add_rows(n->x + start, n->area, channels, factor);
  spread(factor, NULL, n, mean);
  add_squares(n->x + start, mean, n->area, channels, factor);
  spread(factor, NULL, n, inverse);
  for (int64_t c = 0; c < channels; c++) {
    inverse[c] = 1.0f / __builtin_sqrtf(inverse[c] + n->epsilon);
    factor[c] = n->scale[c] * inverse[c];
    offset[c] = n->shift[c] - mean[c] * factor[c];
  }
  affine(n->x + start, factor, offset, n->area, channels, job->y + start);
}

void odnn_group_norm_run(const odnn_group_norm *n, float *y) {
  struct job job = {.n = n, .y = y};
  odnn_for_each(n->batch, n->batch * n->area * n->channels, &job, forward_part);
}

/// sum[c] = Σ g and product[c] = Σ g · (x − mean).
ODNN_CLONES static void add_products(
    const float *x, const float *g, const float *mean, int64_t area, int64_t channels, float *sum,
    float *product) {
  memset(sum, 0, sizeof(float) * channels);
  memset(product, 0, sizeof(float) * channels);
  for (int64_t r = 0; r < area; r++)
    ODNN_VECTOR
    for (int64_t c = 0; c < channels; c++) {
      float v = g[r * channels + c];
      sum[c] += v;
      product[c] += v * (x[r * channels + c] - mean[c]);
    }
}

ODNN_CLONES static void gradient_rows(
    const float *x, const float *g, const float *a, const float *b, const float *c, int64_t area,
    int64_t channels, float *dx) {
  for (int64_t r = 0; r < area; r++)
    ODNN_VECTOR
    for (int64_t k = 0; k < channels; k++)
      dx[r * channels + k] = g[r * channels + k] * a[k] + x[r * channels + k] * b[k] + c[k];
}

static void backward_part(void *context, int64_t sample) {
  struct job *job = context;
  const odnn_group_norm *n = job->n;
  int64_t channels = n->channels, start = sample * n->area * channels;
  float *mean = n->kept + 4 * channels * sample, *inverse = mean + channels;
  float *slope = inverse + channels, *offset = slope + channels;
  float *product = job->dscale + sample * channels, *sum = job->dshift + sample * channels;
  add_products(
      n->x + start, job->gradient + start, mean, n->area, channels, sum, product);
  for (int64_t c = 0; c < channels; c++) product[c] *= inverse[c];
  if (!job->y) return;
  // dx = inverse · (g · scale − mean(g · scale) − x̂ · mean(g · scale · x̂)).
  spread(product, n->scale, n, slope);
  spread(sum, n->scale, n, offset);
  for (int64_t c = 0; c < channels; c++) {
    slope[c] *= -inverse[c] * inverse[c];
    offset[c] = -inverse[c] * offset[c] - mean[c] * slope[c];
    inverse[c] *= n->scale[c];
  }
  gradient_rows(
      n->x + start, job->gradient + start, inverse, slope, offset, n->area, channels,
      job->y + start);
}

void odnn_group_norm_gradient(
    const odnn_group_norm *n, const float *gradient, float *dx, float *dscale, float *dshift) {
  struct job job = {
      .n = n, .gradient = gradient, .y = dx, .dscale = dscale, .dshift = dshift};
  odnn_for_each(n->batch, n->batch * n->area * n->channels, &job, backward_part);
}
