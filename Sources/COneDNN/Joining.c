#include "Loops.h"

#include <string.h>

// Short rows are the rule (the channels that one layer adds), so they are copied by vector loops
// and not by calls.

struct job {
  float *const *parts;
  const int64_t *widths;
  int count, back;
  int64_t rows, inner, rows_per_part;
  float *whole;
};

ODNN_CLONES static void copy_columns(
    const float *from, int64_t from_step, float *to, int64_t to_step, int64_t rows,
    int64_t width) {
  if (width >= 256) {
    for (int64_t r = 0; r < rows; r++)
      memcpy(to + r * to_step, from + r * from_step, sizeof(float) * width);
    return;
  }
  for (int64_t r = 0; r < rows; r++) {
    const float *a = from + r * from_step;
    float *y = to + r * to_step;
    ODNN_VECTOR
    for (int64_t i = 0; i < width; i++) y[i] = a[i];
  }
}

static void copy_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t first = part * job->rows_per_part;
  int64_t rows = odnn_minimum(job->rows_per_part, job->rows - first);
  float *whole = job->whole + first * job->inner;
  for (int k = 0; k < job->count; whole += job->widths[k++]) {
    int64_t width = job->widths[k];
    if (!job->parts[k]) continue;
    float *own = job->parts[k] + first * width;
    if (job->back)
      copy_columns(whole, job->inner, own, width, rows, width);
    else
      copy_columns(own, width, whole, job->inner, rows, width);
  }
}

// MARK: Columns of wider rows

struct columns_job {
  const float *from;
  int64_t from_step, rows, width;
  float *to;
  int64_t to_step, rows_per_part;
  int adds;
};

ODNN_CLONES static void add_columns(
    const float *from, int64_t from_step, float *to, int64_t to_step, int64_t rows,
    int64_t width) {
  for (int64_t r = 0; r < rows; r++) {
    const float *a = from + r * from_step;
    float *y = to + r * to_step;
    ODNN_VECTOR
    for (int64_t i = 0; i < width; i++) y[i] += a[i];
  }
}

static void columns_part(void *context, int64_t part) {
  struct columns_job *j = context;
  int64_t first = part * j->rows_per_part, rows = odnn_minimum(j->rows_per_part, j->rows - first);
  (j->adds ? add_columns : copy_columns)(
      j->from + first * j->from_step, j->from_step, j->to + first * j->to_step, j->to_step, rows,
      j->width);
}

/// A line of memory has as many floats; a shorter row of wider ones moves a whole line all the same.
enum { line = 16 };

void odnn_move_columns(
    const float *from, int64_t from_step, int64_t rows, int64_t width, int adds, float *to,
    int64_t to_step) {
  if (rows == 0 || width == 0) return;
  int64_t moved = width + line, per_part = odnn_part_count / moved + 1;
  struct columns_job job = {from, from_step, rows, width, to, to_step, per_part, adds};
  odnn_for_each((rows + per_part - 1) / per_part, rows * moved, &job, columns_part);
}

// MARK: Whole rows

static void run(struct job job) {
  if (job.inner == 0 || job.rows == 0) return;
  int64_t rows = odnn_part_count / job.inner;
  job.rows_per_part = rows > 0 ? rows : 1;
  int64_t count = (job.rows + job.rows_per_part - 1) / job.rows_per_part;
  odnn_for_each(count, job.rows * job.inner, &job, copy_part);
}

void odnn_join_rows(
    float *const *parts, const int64_t *widths, int count, int64_t rows, int64_t inner, float *y) {
  run((struct job){parts, widths, count, 0, rows, inner, 1, y});
}

void odnn_part_rows(
    const float *y, int64_t rows, int64_t inner, float *const *parts, const int64_t *widths,
    int count) {
  run((struct job){parts, widths, count, 1, rows, inner, 1, (float *)y});
}
