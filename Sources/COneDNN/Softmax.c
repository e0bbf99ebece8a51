#include "Loops.h"

#include <math.h>

// Rows are few (a batch) and short (classes), so they stay on the calling thread. Sums are taken in
// double precision: with many classes the loss would otherwise lose digits.

static float largest(const float *x, int64_t count) {
  float value = x[0];
  for (int64_t c = 1; c < count; c++) value = x[c] > value ? x[c] : value;
  return value;
}

/// log Σ exp(x), shifted by the largest so that nothing overflows.
static double log_sum_exp(const float *x, int64_t count) {
  float shift = largest(x, count);
  double total = 0;
  for (int64_t c = 0; c < count; c++) total += expf(x[c] - shift);
  return shift + log(total);
}

void odnn_softmax(const float *x, int64_t rows, int64_t classes, float *y) {
  for (int64_t r = 0; r < rows; r++, x += classes, y += classes) {
    float shift = largest(x, classes);
    double total = 0;
    for (int64_t c = 0; c < classes; c++) total += y[c] = expf(x[c] - shift);
    float factor = (float)(1 / total);
    for (int64_t c = 0; c < classes; c++) y[c] *= factor;
  }
}

void odnn_log_softmax(const float *x, int64_t rows, int64_t classes, float *y) {
  for (int64_t r = 0; r < rows; r++, x += classes, y += classes) {
    double total = log_sum_exp(x, classes);
    for (int64_t c = 0; c < classes; c++) y[c] = (float)(x[c] - total);
  }
}

void odnn_softmax_gradient(
    const float *gradient, const float *y, int64_t rows, int64_t classes, float *dx) {
  for (int64_t r = 0; r < rows; r++, gradient += classes, y += classes, dx += classes) {
    double dot = 0;
    for (int64_t c = 0; c < classes; c++) dot += (double)gradient[c] * y[c];
    for (int64_t c = 0; c < classes; c++) dx[c] = y[c] * (gradient[c] - (float)dot);
  }
}

void odnn_log_softmax_gradient(
    const float *gradient, const float *y, int64_t rows, int64_t classes, float *dx) {
  for (int64_t r = 0; r < rows; r++, gradient += classes, y += classes, dx += classes) {
    double total = 0;
    for (int64_t c = 0; c < classes; c++) total += gradient[c];
    for (int64_t c = 0; c < classes; c++) dx[c] = gradient[c] - expf(y[c]) * (float)total;
  }
}

void odnn_cross_entropy(
    const float *x, const int32_t *labels, int64_t rows, int64_t classes, float *probabilities,
    float *loss) {
  odnn_softmax(x, rows, classes, probabilities);
  // From the logits, not from the probability: that would be log 0 when the model is sure.
  for (int64_t r = 0; r < rows; r++)
    loss[r] = (float)(log_sum_exp(x + r * classes, classes) - x[r * classes + labels[r]]);
}

void odnn_cross_entropy_gradient(
    const float *probabilities, const int32_t *labels, const float *weight, int64_t weight_step,
    float factor, int64_t rows, int64_t classes, float *dx) {
  for (int64_t r = 0; r < rows; r++, probabilities += classes, dx += classes) {
    float w = weight[r * weight_step] * factor;
    for (int64_t c = 0; c < classes; c++)
      dx[c] = w * (probabilities[c] - (c == labels[r] ? 1.0f : 0.0f));
  }
}
