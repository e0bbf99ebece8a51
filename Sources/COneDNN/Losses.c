#include "Functions.h"
#include "Loops.h"

// Losses of rows × classes with a target for every class. A part is a group of rows.

struct job {
  const float *x, *target, *weight;
  float *y, *loss, *kept;
  int64_t rows, width;
  int is_divergence;
};

static int64_t group(int64_t width) { return odnn_part_count / (width + 1) + 1; }

static void run(struct job *job, void (*body)(void *, int64_t)) {
  int64_t per_part = group(job->width);
  odnn_for_each((job->rows + per_part - 1) / per_part, job->rows * job->width, job, body);
}

/// y = eˣ⁻ˢʰⁱᶠᵗ; returns Σ y.
ODNN_CLONES static float exponentials(const float *x, float shift, float *y, int64_t width) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t c = 0; c < width; c++) {
    y[c] = odnn_exponential(x[c] - shift);
    total += y[c];
  }
  return total;
}

static void soft_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t width = job->width, end = odnn_minimum((part + 1) * group(width), job->rows);
  for (int64_t r = part * group(width); r < end; r++) {
    const float *x = job->x + r * width, *t = job->target + r * width;
    float *p = job->y + r * width, largest = x[0];
    for (int64_t c = 1; c < width; c++) largest = x[c] > largest ? x[c] : largest;
    float total = exponentials(x, largest, p, width);
    double log_sum = (double)largest + log((double)total), loss = 0, mass = 0;
    for (int64_t c = 0; c < width; c++) {
      p[c] /= total;
      mass += t[c];
      // 0 · log 0 is 0, also where the logit is −∞.
      if (t[c] != 0) loss += t[c] * (log_sum - x[c] + (job->is_divergence ? log(t[c]) : 0));
    }
    job->loss[r] = (float)loss;
    job->kept[r] = (float)mass;
  }
}

void odnn_soft_cross_entropy(
    const float *x, const float *target, int64_t rows, int64_t classes, int is_divergence,
    float *probabilities, float *loss, float *mass) {
  run(&(struct job){
          .x = x, .target = target, .y = probabilities, .loss = loss, .kept = mass, .rows = rows,
          .width = classes, .is_divergence = is_divergence},
      soft_part);
}

static void soft_gradient_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t width = job->width, end = odnn_minimum((part + 1) * group(width), job->rows);
  for (int64_t r = part * group(width); r < end; r++) {
    const float *p = job->x + r * width, *t = job->target + r * width;
    float *dx = job->y + r * width, weight = job->weight[r], mass = job->kept[r];
    for (int64_t c = 0; c < width; c++) dx[c] = weight * (mass * p[c] - t[c]);
  }
}

void odnn_soft_cross_entropy_gradient(
    const float *probabilities, const float *target, const float *mass, const float *weight,
    int64_t rows, int64_t classes, float *dx) {
  run(&(struct job){
          .x = probabilities, .target = target, .weight = weight, .kept = (float *)mass, .y = dx,
          .rows = rows, .width = classes},
      soft_gradient_part);
}

// MARK: Two classes, element by element

ODNN_CLONES static void binary_part(void *context, int64_t part) {
  struct job *job = context;
  const float *in = job->x, *t = job->target;
  int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->rows);
  ODNN_VECTOR
  for (int64_t i = part * odnn_part_count; i < end; i++) {
    float x = in[i], e = odnn_exponential(-fabsf(x));
    // ln(1 + e) by its series where 1 + e would lose e.
    float tail = e < 1e-3f ? e - 0.5f * e * e : odnn_logarithm(1.0f + e);
    job->y[i] = (x > 0 ? x : 0.0f) - x * t[i] + tail;
  }
}

void odnn_binary_cross_entropy(
    const float *x, const float *target, float *loss, int64_t count) {
  struct job job = {.x = x, .target = target, .y = loss, .rows = count};
  odnn_for_each(odnn_parts(count), count, &job, binary_part);
}

ODNN_CLONES static void binary_gradient_part(void *context, int64_t part) {
  struct job *job = context;
  const float *x = job->x, *t = job->target, *g = job->weight;
  int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->rows);
  ODNN_VECTOR
  for (int64_t i = part * odnn_part_count; i < end; i++)
    job->y[i] = g[i] * (odnn_logistic(x[i]) - t[i]);
}

void odnn_binary_cross_entropy_gradient(
    const float *gradient, const float *x, const float *target, float *dx, int64_t count) {
  struct job job = {.x = x, .target = target, .weight = gradient, .y = dx, .rows = count};
  odnn_for_each(odnn_parts(count), count, &job, binary_gradient_part);
}

// MARK: Cosine

ODNN_CLONES static void row_products(
    const float *a, const float *b, int64_t width, float *products) {
  float ab = 0, aa = 0, bb = 0;
#pragma omp simd reduction(+ : ab, aa, bb)
  for (int64_t i = 0; i < width; i++) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  products[0] = ab, products[1] = aa, products[2] = bb;
}

void odnn_row_products(
    const float *a, const float *b, int64_t rows, int64_t width, float *products) {
  for (int64_t r = 0; r < rows; r++)
    row_products(a + r * width, b + r * width, width, products + 3 * r);
}

ODNN_CLONES static void row_mix(
    const float *a, const float *b, float own, float other, int64_t width, float *y) {
  ODNN_VECTOR
  for (int64_t i = 0; i < width; i++) y[i] = own * a[i] + other * b[i];
}

void odnn_row_mix(
    const float *a, const float *b, const float *own, const float *other, int64_t rows,
    int64_t width, float *y) {
  for (int64_t r = 0; r < rows; r++)
    row_mix(a + r * width, b + r * width, own[r], other[r], width, y + r * width);
}
