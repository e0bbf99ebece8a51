#include "COneDNN.h"
#include "Fused.h"
#include "Functions.h"
#include "Loops.h"

#include <string.h>

void odnn_copy_columns(
    const float *from, int64_t from_step, int64_t rows, int64_t columns, float *to,
    int64_t to_step) {
  for (int64_t r = 0; r < rows; r++)
    memcpy(to + r * to_step, from + r * from_step, sizeof(float) * columns);
}

ODNN_CLONES static void normalize_row(
    const float *x, int64_t width, const float *scale, const float *shift, float epsilon,
    float *y) {
  float sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < width; i++) sum += x[i];
  float mean = sum / width;
#pragma omp simd reduction(+ : squares)
  for (int64_t i = 0; i < width; i++) squares += (x[i] - mean) * (x[i] - mean);
  float inverse = 1 / sqrtf(squares / width + epsilon);
  ODNN_VECTOR
  for (int64_t i = 0; i < width; i++) y[i] = (x[i] - mean) * inverse * scale[i] + shift[i];
}

void odnn_normalize_rows(
    const float *x, int64_t rows, int64_t width, const float *scale, const float *shift,
    float epsilon, float *y) {
  for (int64_t r = 0; r < rows; r++)
    normalize_row(x + r * width, width, scale, shift, epsilon, y + r * width);
}

ODNN_CLONES static void multiply_row(const float *x, const float *factor, int64_t n, float *y) {
  ODNN_VECTOR
  for (int64_t i = 0; i < n; i++) y[i] = x[i] * factor[i];
}

void odnn_scale_channels(
    const float *x, const float *factor, int64_t batch, int64_t area, int64_t channels, float *y) {
  for (int64_t r = 0; r < batch * area; r++)
    multiply_row(x + r * channels, factor + r / area * channels, channels, y + r * channels);
}

void odnn_apply_after(int32_t after, const float *x, float *y, int64_t count) {
  if (after == odnn_after_relu) odnn_relu(x, y, count);
  else if (after >= 0) odnn_apply((odnn_function)after, x, y, count);
  else if (x != y) memcpy(y, x, sizeof(float) * count);
}
