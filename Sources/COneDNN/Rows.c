#include "Loops.h"
#include "RowBlocks.h"

#include <string.h>

int odnn_rows_serve(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return 0;
#endif
}

/// The sums of weights are taken in so many shares of the rows, however many threads there are.
enum { most_weight_shares = 8 };

static int64_t whole(int64_t count) { return (count + lanes - 1) / lanes * lanes; }

size_t odnn_rows_scratch(const odnn_rows *s) {
  int64_t forward = s->inputs * whole(s->outputs), gradient = s->outputs * whole(s->inputs);
  int64_t weights = most_weight_shares * gradient;
  return (size_t)(forward > weights ? forward : weights);
}

// MARK: Forward, and the gradient of the rows

/// Rows of `count` numbers times `w` into rows of `columns`.
struct product_job {
  const float *from;
  int64_t from_row, rows, count;
  const float *w;
  float *to;
  int64_t to_row, columns, rows_per_part;
  int accumulate;
};

/// A part's rows stay in the second-level cache while they go through all columns.
static void multiply_part(void *context, int64_t part) {
  const struct product_job *j = context;
  int64_t first = part * j->rows_per_part;
  int64_t rows = odnn_minimum(j->rows_per_part, j->rows - first);
  for (int64_t c = 0; c < j->columns; c += widest)
    odnn_multiply_rows(
        j->from + first * j->from_row, j->from_row, rows, j->count, j->w + c * j->count,
        j->to + first * j->to_row + c, j->to_row, odnn_minimum(widest, j->columns - c),
        j->accumulate);
}

static void multiply(struct product_job j) {
  // A multiple of all heights of blocks.
  int64_t rows = odnn_part_count / (j.count + j.columns) / 24 * 24;
  j.rows_per_part = rows > 24 ? rows : 24;
  odnn_for_each(
      (j.rows + j.rows_per_part - 1) / j.rows_per_part, j.rows * (j.count + j.columns), &j,
      multiply_part);
}

/// Packs numbers `w[k, n]`, which lie `k_step` and `n_step` floats apart: panels of up to three
/// vectors of n, in each all k.
static void pack(
    const float *w, int64_t count, int64_t k_step, int64_t columns, int64_t n_step, float *to) {
  for (int64_t c = 0; c < columns; c += widest) {
    int64_t own = odnn_minimum(widest, columns - c), width = whole(own);
    for (int64_t k = 0; k < count; k++, to += width) {
      for (int64_t n = 0; n < own; n++) to[n] = w[k * k_step + (c + n) * n_step];
      memset(to + own, 0, sizeof(float) * (width - own));
    }
  }
}

void odnn_rows_forward(
    const odnn_rows *s, const float *x, const float *w, float *y, float *scratch) {
  pack(w, s->inputs, 1, s->outputs, s->inputs, scratch);
  multiply((struct product_job){
      .from = x, .from_row = s->row, .rows = s->rows, .count = s->inputs, .w = scratch, .to = y,
      .to_row = s->outputs, .columns = s->outputs});
}

void odnn_rows_gradient(
    const odnn_rows *s, const float *dy, const float *w, int accumulate, float *dx,
    float *scratch) {
  pack(w, s->outputs, s->inputs, s->inputs, 1, scratch);
  multiply((struct product_job){
      .from = dy, .from_row = s->outputs, .rows = s->rows, .count = s->outputs, .w = scratch,
      .to = dx, .to_row = s->row, .columns = s->inputs, .accumulate = accumulate});
}

// MARK: The gradient of the weights

struct weights_job {
  const odnn_rows *shape;
  const float *x, *dy;
  float *sums;
  int64_t shares;
};

static void add_share(void *context, int64_t share) {
  const struct weights_job *job = context;
  const odnn_rows *s = job->shape;
  int64_t sum_row = whole(s->inputs), size = s->outputs * sum_row;
  int64_t end = s->rows * (share + 1) / job->shares;
  // As many rows as leave a panel of columns in the first-level cache.
  enum { most = 112 };
  float *sums = job->sums + share * size;
  memset(sums, 0, sizeof(float) * size);
  for (int64_t m = s->rows * share / job->shares; m < end; m += most)
    for (int64_t k = 0; k < s->inputs; k += weight_columns)
      for (int64_t n = 0; n < s->outputs; n += weight_rows)
        odnn_add_products(
            job->dy + m * s->outputs + n, s->outputs, odnn_minimum(weight_rows, s->outputs - n),
            job->x + m * s->row + k, s->row, odnn_minimum(weight_columns, s->inputs - k),
            odnn_minimum(most, end - m), sums + n * sum_row + k, sum_row);
}

/// Adds up the shares, always in the same order.
ODNN_CLONES static void add_shares(
    const float *sums, int64_t shares, int64_t size, int64_t row, int64_t outputs, int64_t inputs,
    float *dw) {
  for (int64_t n = 0; n < outputs; n++)
    for (int64_t k = 0; k < inputs; k++) {
      float sum = 0;
      for (int64_t i = 0; i < shares; i++) sum += sums[i * size + n * row + k];
      dw[n * inputs + k] = sum;
    }
}

void odnn_rows_weights(
    const odnn_rows *s, const float *x, const float *dy, float *dw, float *scratch) {
  struct weights_job job = {s, x, dy, scratch, most_weight_shares};
  odnn_for_each(job.shares, s->rows * (s->inputs + s->outputs), &job, add_share);
  int64_t row = whole(s->inputs);
  add_shares(scratch, job.shares, s->outputs * row, row, s->outputs, s->inputs, dw);
}
