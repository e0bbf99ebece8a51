#include "Layout.h"
#include "Loops.h"

#include <stdatomic.h>
#include <string.h>

// Rows are cut into parts by their number alone, and each part is a product on one thread: oneDNN
// is as fast then as on all of them, and the sums are the same on any number of threads.

enum { part_rows = 1024, most_parts = 32, weight_shares = 8 };

struct job {
  const odnn_rows *shape;
  const float *x, *w, *dy;
  float *to;
  int64_t parts;
  int accumulate;
  _Atomic int status;
};

static void note(struct job *job, int status) {
  if (status) atomic_store(&job->status, status);
}

static int run(struct job *job, int64_t parts, void (*body)(void *, int64_t)) {
  const odnn_rows *s = job->shape;
  job->parts = parts;
  odnn_for_each(parts, s->rows * (s->inputs + s->outputs), job, body);
  return atomic_load(&job->status);
}

struct range {
  int64_t first, count;
};

/// The rows of a part, which is about to run on one thread.
static struct range begin_part(const struct job *job, int64_t part) {
  int64_t rows = job->shape->rows, first = rows * part / job->parts;
  odnn_adopt_threads(1);
  return (struct range){first, rows * (part + 1) / job->parts - first};
}

static int64_t parts_of(const odnn_rows *s) {
  return odnn_minimum(most_parts, 1 + s->rows / part_rows);
}

static void forward_part(void *context, int64_t part) {
  struct job *job = context;
  const odnn_rows *s = job->shape;
  struct range rows = begin_part(job, part);
  note(
      job, dnnl_sgemm(
               'N', 'T', rows.count, s->outputs, s->inputs, 1, job->x + rows.first * s->row,
               s->row, job->w, s->inputs, 0, job->to + rows.first * s->outputs, s->outputs));
}

int odnn_rows_forward(const odnn_rows *s, const float *x, const float *w, float *y) {
  struct job job = {.shape = s, .x = x, .w = w, .to = y};
  return run(&job, parts_of(s), forward_part);
}

static void gradient_part(void *context, int64_t part) {
  struct job *job = context;
  const odnn_rows *s = job->shape;
  struct range rows = begin_part(job, part);
  note(
      job, dnnl_sgemm(
               'N', 'N', rows.count, s->inputs, s->outputs, 1,
               job->dy + rows.first * s->outputs, s->outputs, job->w, s->inputs,
               job->accumulate ? 1 : 0, job->to + rows.first * s->row, s->row));
}

int odnn_rows_gradient(
    const odnn_rows *s, const float *dy, const float *w, int accumulate, float *dx) {
  struct job job = {.shape = s, .w = w, .dy = dy, .to = dx, .accumulate = accumulate};
  return run(&job, parts_of(s), gradient_part);
}

size_t odnn_rows_scratch(const odnn_rows *s) {
  return (size_t)(weight_shares * s->inputs * s->outputs);
}

static void weights_share(void *context, int64_t share) {
  struct job *job = context;
  const odnn_rows *s = job->shape;
  struct range rows = begin_part(job, share);
  note(
      job, dnnl_sgemm(
               'T', 'N', s->outputs, s->inputs, rows.count, 1,
               job->dy + rows.first * s->outputs, s->outputs,
               job->x + rows.first * s->row, s->row, 0,
               job->to + share * s->inputs * s->outputs, s->inputs));
}

int odnn_rows_weights(
    const odnn_rows *s, const float *x, const float *dy, float *dw, float *scratch) {
  struct job job = {.shape = s, .x = x, .dy = dy, .to = scratch};
  int64_t shares = odnn_minimum(weight_shares, s->rows);
  int status = run(&job, shares, weights_share);
  // Always in the same order.
  int64_t count = s->inputs * s->outputs;
  memcpy(dw, scratch, sizeof(float) * count);
  for (int64_t i = 1; i < shares; i++) odnn_accumulate(scratch + i * count, 1, dw, count);
  return status;
}
