#include "Functions.h"
#include "Strips.h"

// One loop for the values and one for the gradients of every function: y = f(x), dx = g · f′(x),
// with f′ from x, so that nothing but the input needs to be kept.

struct job {
  const float *x, *gradient;
  float *y;
  int64_t count;
};

static const float root_half = 0.70710678f, normal_density = 0.39894228f;

static inline float gelu_inner(float x) { return 0.79788456f * (x + 0.044715f * x * x * x); }

static inline float gelu_tanh_slope(float x) {
  float t = odnn_hyperbolic_tangent(gelu_inner(x));
  float inner = 0.79788456f * (1.0f + 0.134145f * x * x);
  // 1 − t² is 0 where x² overflows.
  return 0.5f * (1.0f + t) + (t * t < 1.0f ? 0.5f * x * (1.0f - t * t) * inner : 0.0f);
}

static inline float gelu_slope(float x) {
  return 0.5f * (1.0f + odnn_error_function(x * root_half)) +
         x * normal_density * odnn_exponential(-0.5f * x * x);
}

static inline float silu_slope(float x) {
  float s = odnn_logistic(x);
  return s * (1.0f + x * (1.0f - s));
}

static inline float tanh_slope(float x) {
  float t = odnn_hyperbolic_tangent(x);
  return 1.0f - t * t;
}

static inline float logistic_slope(float x) {
  float s = odnn_logistic(x);
  return s * (1.0f - s);
}

static inline float clamp6(float x) {
  float y = x < 0.0f ? 0.0f : x;
  return y > 6.0f ? 6.0f : y;
}

static inline float softplus(float x) {
  return (x < 0.0f ? 0.0f : x) + odnn_logarithm(1.0f + odnn_exponential(-fabsf(x)));
}

#define FUNCTION(name, value, slope)                                                \
  ODNN_CLONES static void name##_part(void *context, int64_t part) {                \
    struct job *job = context;                                                      \
    const float *in = job->x;                                                       \
    float *y = job->y;                                                              \
    int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);           \
    ODNN_VECTOR                                                                     \
    for (int64_t i = part * odnn_part_count; i < end; i++) {                        \
      float x = in[i];                                                              \
      y[i] = value;                                                                 \
    }                                                                               \
  }                                                                                 \
  ODNN_CLONES static void name##_gradient_part(void *context, int64_t part) {       \
    struct job *job = context;                                                      \
    const float *in = job->x, *g = job->gradient;                                   \
    float *y = job->y;                                                              \
    int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);           \
    ODNN_VECTOR                                                                     \
    for (int64_t i = part * odnn_part_count; i < end; i++) {                        \
      float x = in[i];                                                              \
      y[i] = g[i] * (slope);                                                        \
    }                                                                               \
  }                                                                                 \
  ODNN_CLONES static void name##_row(                                               \
      const float *in, const float *bias, int64_t width, float *y) {                \
    ODNN_VECTOR                                                                     \
    for (int64_t i = 0; i < width; i++) {                                           \
      float x = in[i] + bias[i];                                                    \
      y[i] = value;                                                                 \
    }                                                                               \
  }                                                                                 \
  ODNN_CLONES static void name##_gradient_row(                                      \
      const float *in, const float *bias, const float *g, int64_t width, float *dx, \
      float *sum) {                                                                 \
    ODNN_VECTOR                                                                     \
    for (int64_t i = 0; i < width; i++) {                                           \
      float x = in[i] + bias[i], d = g[i] * (slope);                                \
      dx[i] = d;                                                                    \
      sum[i] += d;                                                                  \
    }                                                                               \
  }

FUNCTION(exponential, odnn_exponential(x), odnn_exponential(x))
FUNCTION(logarithm, odnn_logarithm(x), 1.0f / x)
FUNCTION(
    root, __builtin_elementwise_sqrt(x), 0.5f / __builtin_elementwise_sqrt(x))
FUNCTION(magnitude, fabsf(x), x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f)
FUNCTION(logistic, odnn_logistic(x), logistic_slope(x))
FUNCTION(tangent, odnn_hyperbolic_tangent(x), tanh_slope(x))
FUNCTION(relu6, clamp6(x), x > 0 && x < 6 ? 1.0f : 0.0f)
FUNCTION(hard_logistic, clamp6(x + 3.0f) / 6.0f, x > -3 && x < 3 ? 1.0f / 6.0f : 0.0f)
FUNCTION(
    hard_swish, x * (clamp6(x + 3.0f) / 6.0f),
    x <= -3 ? 0.0f : x < 3 ? x / 3.0f + 0.5f : 1.0f)
FUNCTION(silu, x * odnn_logistic(x), silu_slope(x))
FUNCTION(gelu, 0.5f * x * (1.0f + odnn_error_function(x * root_half)), gelu_slope(x))
FUNCTION(
    gelu_tanh, 0.5f * x * (1.0f + odnn_hyperbolic_tangent(gelu_inner(x))), gelu_tanh_slope(x))
FUNCTION(soft_plus, softplus(x), odnn_logistic(x))

typedef void (*body)(void *, int64_t);
static const body forward[] = {
    exponential_part, logarithm_part, root_part, magnitude_part, logistic_part, tangent_part,
    relu6_part, hard_logistic_part, hard_swish_part, silu_part, gelu_part, gelu_tanh_part,
    soft_plus_part};
static const body backward[] = {
    exponential_gradient_part, logarithm_gradient_part, root_gradient_part,
    magnitude_gradient_part, logistic_gradient_part, tangent_gradient_part, relu6_gradient_part,
    hard_logistic_gradient_part, hard_swish_gradient_part, silu_gradient_part,
    gelu_gradient_part, gelu_tanh_gradient_part, soft_plus_gradient_part};

void odnn_apply(odnn_function function, const float *x, float *y, int64_t count) {
  struct job job = {.x = x, .y = y, .count = count};
  odnn_for_each(odnn_parts(count), count, &job, forward[function]);
}

void odnn_apply_gradient(
    odnn_function function, const float *gradient, const float *x, float *dx, int64_t count) {
  struct job job = {.x = x, .gradient = gradient, .y = dx, .count = count};
  odnn_for_each(odnn_parts(count), count, &job, backward[function]);
}

// MARK: Rows with a bias

typedef void (*row)(const float *in, const float *bias, int64_t width, float *y);
typedef void (*gradient_row)(
    const float *in, const float *bias, const float *g, int64_t width, float *dx, float *sum);

static const row forward_rows[] = {
    exponential_row, logarithm_row, root_row, magnitude_row, logistic_row, tangent_row, relu6_row,
    hard_logistic_row, hard_swish_row, silu_row, gelu_row, gelu_tanh_row, soft_plus_row};
static const gradient_row backward_rows[] = {
    exponential_gradient_row, logarithm_gradient_row, root_gradient_row, magnitude_gradient_row,
    logistic_gradient_row, tangent_gradient_row, relu6_gradient_row, hard_logistic_gradient_row,
    hard_swish_gradient_row, silu_gradient_row, gelu_gradient_row, gelu_tanh_gradient_row,
    soft_plus_gradient_row};

struct rows_job {
  odnn_function function;
  const float *x, *bias, *gradient;
  int64_t rows, width;
  float *y, *sums;
};

static void rows_part(void *context, int64_t part) {
  struct rows_job *job = context;
  int64_t per_part = rows_per_part(job->width);
  int64_t end = odnn_minimum((part + 1) * per_part, job->rows);
  for (int64_t r = part * per_part; r < end; r++)
    forward_rows[job->function](
        job->x + r * job->width, job->bias, job->width, job->y + r * job->width);
}

static void gradient_rows_part(void *context, int64_t part) {
  struct rows_job *job = context;
  int64_t per_part = rows_per_part(job->width), width = job->width;
  int64_t end = odnn_minimum((part + 1) * per_part, job->rows);
  float *sum = job->sums + width * part;
  memset(sum, 0, sizeof(float) * width);
  for (int64_t r = part * per_part; r < end; r++)
    backward_rows[job->function](
        job->x + r * width, job->bias, job->gradient + r * width, width, job->y + r * width, sum);
}

void odnn_apply_rows(
    odnn_function function, const float *x, const float *bias, int64_t rows, int64_t width,
    float *y) {
  struct rows_job job = {
      .function = function, .x = x, .bias = bias, .rows = rows, .width = width, .y = y};
  odnn_for_each(part_count(rows, width), rows * width, &job, rows_part);
}

void odnn_apply_rows_gradient(
    odnn_function function, const float *gradient, const float *x, const float *bias, int64_t rows,
    int64_t width, float *dx, float *dbias, float *scratch) {
  struct rows_job job = {function, x, bias, gradient, rows, width, dx, scratch};
  int64_t parts = part_count(rows, width);
  odnn_for_each(parts, rows * width, &job, gradient_rows_part);
  combine(scratch, parts, width, width, dbias);
}
