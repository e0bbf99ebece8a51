#include "Strips.h"

// Every loop is one body over a part of the elements; parts run on as many threads as there are.

struct job {
  const float *a, *b;
  float *y;
  int64_t count;
  float factor, offset;
  int relu;
  uint64_t key;
  double *sums;
};

static void run(struct job *job, void (*body)(void *, int64_t)) {
  odnn_for_each(odnn_parts(job->count), job->count, job, body);
}

#define LOOP(name, statement)                                                         \
  ODNN_CLONES static void name(void *context, int64_t part) {                         \
    struct job *job = context;                                                        \
    const float *a = job->a, *b = job->b;                                             \
    float *y = job->y, factor = job->factor, offset = job->offset;                    \
    int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);             \
    ODNN_VECTOR                                                                       \
    for (int64_t i = part * odnn_part_count; i < end; i++) { statement; }             \
    (void)a, (void)b, (void)y, (void)factor, (void)offset;                            \
  }

LOOP(fill_part, y[i] = factor)
LOOP(relu_part, y[i] = a[i] < 0 ? 0 : a[i])
LOOP(relu_gradient_part, y[i] = b[i] > 0 ? a[i] : 0)
LOOP(add_part, y[i] = a[i] + b[i])
LOOP(add_relu_part, float v = a[i] + b[i]; y[i] = v < 0 ? 0 : v)
LOOP(subtract_part, y[i] = a[i] - b[i])
LOOP(multiply_part, y[i] = a[i] * b[i])
LOOP(affine_part, y[i] = a[i] * factor + offset)
LOOP(accumulate_part, y[i] += a[i] * factor)

void odnn_fill(float *x, float value, int64_t count) {
  run(&(struct job){.y = x, .count = count, .factor = value}, fill_part);
}

void odnn_relu(const float *x, float *y, int64_t count) {
  run(&(struct job){.a = x, .y = y, .count = count}, relu_part);
}

void odnn_relu_gradient(const float *gradient, const float *y, float *dx, int64_t count) {
  run(&(struct job){.a = gradient, .b = y, .y = dx, .count = count}, relu_gradient_part);
}

void odnn_add(const float *a, const float *b, int relu, float *y, int64_t count) {
  run(&(struct job){.a = a, .b = b, .y = y, .count = count}, relu ? add_relu_part : add_part);
}

void odnn_subtract(const float *a, const float *b, float *y, int64_t count) {
  run(&(struct job){.a = a, .b = b, .y = y, .count = count}, subtract_part);
}

void odnn_multiply(const float *a, const float *b, float *y, int64_t count) {
  run(&(struct job){.a = a, .b = b, .y = y, .count = count}, multiply_part);
}

void odnn_affine(const float *x, float factor, float offset, float *y, int64_t count) {
  run(
      &(struct job){.a = x, .y = y, .count = count, .factor = factor, .offset = offset},
      affine_part);
}

void odnn_accumulate(const float *x, float factor, float *y, int64_t count) {
  run(&(struct job){.a = x, .y = y, .count = count, .factor = factor}, accumulate_part);
}

struct rows_job {
  const float *bias, *addend;
  float *y;
  int64_t rows, channels;
};

ODNN_CLONES static void add_row(
    const float *bias, const float *addend, float *y, int64_t channels) {
  if (addend) {
    ODNN_VECTOR
    for (int64_t c = 0; c < channels; c++) y[c] += bias[c] + addend[c];
  } else {
    ODNN_VECTOR
    for (int64_t c = 0; c < channels; c++) y[c] += bias[c];
  }
}

static void add_rows_part(void *context, int64_t part) {
  struct rows_job *job = context;
  int64_t per_part = rows_per_part(job->channels), channels = job->channels;
  int64_t end = odnn_minimum((part + 1) * per_part, job->rows);
  for (int64_t r = part * per_part; r < end; r++)
    add_row(
        job->bias, job->addend ? job->addend + r * channels : 0, job->y + r * channels, channels);
}

void odnn_add_rows(
    const float *bias, const float *addend, float *y, int64_t rows, int64_t channels) {
  struct rows_job job = {bias, addend, y, rows, channels};
  odnn_for_each(part_count(rows, channels), rows * channels, &job, add_rows_part);
}

// MARK: Sum

enum { lane_count = 32 };

ODNN_CLONES static double sum_of(const float *x, int64_t count) {
  double lanes[lane_count] = {0}, total = 0;
  int64_t whole = count / lane_count * lane_count;
  for (int64_t i = 0; i < whole; i += lane_count)
    for (int k = 0; k < lane_count; k++) lanes[k] += x[i + k];
  for (int64_t i = whole; i < count; i++) lanes[i - whole] += x[i];
  for (int k = 0; k < lane_count; k++) total += lanes[k];
  return total;
}

double odnn_sum(const float *x, int64_t count) { return sum_of(x, count); }

// MARK: Dropout

/// The upper 24 bits of SplitMix64's output for element `index` (Steele, Lea & Flood 2014).
static inline uint32_t hash24(uint64_t key, uint64_t index) {
  uint64_t z = key + (index + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (uint32_t)((z ^ (z >> 31)) >> 40);
}

ODNN_CLONES static void dropout_part(void *context, int64_t part) {
  struct job *job = context;
  uint32_t bound = (uint32_t)(job->offset * 16777216.0f);
  int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);
  ODNN_VECTOR
  for (int64_t i = part * odnn_part_count; i < end; i++)
    job->y[i] = hash24(job->key, (uint64_t)i) >= bound ? job->a[i] * job->factor : 0;
}

void odnn_dropout(const float *x, uint64_t key, float rate, float *y, int64_t count) {
  float factor = rate < 1 ? 1 / (1 - rate) : 0;
  run(
      &(struct job){
          .a = x, .y = y, .count = count, .factor = factor, .offset = rate, .key = key},
      dropout_part);
}
