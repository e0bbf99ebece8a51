#include "Layout.h"
#include "Loops.h"
#include "ThinRows.h"

#include <stdatomic.h>
#include <string.h>

// Rows are cut into parts by their number and size alone, and each part is a product on one thread:
// oneDNN is as fast then as on all of them, and the sums are the same on any number of threads. With
// few outputs, rows are read where they are (ThinRows.c).

enum { part_rows = 1024, most_parts = 32, shared_floats = 1 << 17, weight_shares = 8 };

struct job {
  const odnn_rows *shape;
  const float *x;
  const float *const *w, *const *dy, *packed;
  float *to, *const *each;
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
  odnn_for_each(parts, s->rows * (s->inputs + odnn_all_outputs(s)), job, body);
  return atomic_load(&job->status);
}

struct range {
  int64_t first, count;
};

/// Part `part` of `parts` of a range.
static struct range part_of(struct range all, int64_t part, int64_t parts) {
  int64_t first = all.count * part / parts;
  return (struct range){all.first + first, all.count * (part + 1) / parts - first};
}

/// The rows of a part, which is about to run on one thread.
static struct range begin_part(const struct job *job, int64_t part) {
  odnn_adopt_threads(1);
  return part_of((struct range){0, job->shape->rows}, part, job->parts);
}

/// So many parts of some rows that each stays in the second-level cache while several read it.
static int64_t shared_parts(const odnn_rows *s, int64_t rows) {
  return s->count < 2 ? 1 : (rows * s->row + shared_floats - 1) / shared_floats;
}

static int64_t parts_of(const odnn_rows *s) {
  int64_t parts = odnn_minimum(most_parts, 1 + s->rows / part_rows);
  int64_t shared = odnn_minimum(shared_parts(s, s->rows), s->rows);
  return shared > parts ? shared : parts;
}

static void forward_part(void *context, int64_t part) {
  struct job *job = context;
  const odnn_rows *s = job->shape;
  struct range rows = begin_part(job, part);
  if (job->packed) {
    odnn_thin_forward(s, job->x, job->packed, rows.first, rows.count, job->each);
    return;
  }
  for (int i = 0; i < s->count; i++)
    note(
        job, dnnl_sgemm(
                 'N', 'T', rows.count, s->outputs[i], s->inputs, 1, job->x + rows.first * s->row,
                 s->row, job->w[i], s->inputs, 0, job->each[i] + rows.first * s->outputs[i],
                 s->outputs[i]));
}

int odnn_rows_forward(
    const odnn_rows *s, const float *x, const float *const *w, float *const *y, float *scratch) {
  struct job job = {.shape = s, .x = x, .w = w, .each = y};
  if (odnn_rows_are_thin(s)) {
    odnn_thin_pack(s, w, scratch);
    job.packed = scratch;
  }
  return run(&job, parts_of(s), forward_part);
}

static void gradient_part(void *context, int64_t part) {
  struct job *job = context;
  const odnn_rows *s = job->shape;
  struct range rows = begin_part(job, part);
  for (int i = 0; i < s->count; i++)
    note(
        job, dnnl_sgemm(
                 'N', 'N', rows.count, s->inputs, s->outputs[i], 1,
                 job->dy[i] + rows.first * s->outputs[i], s->outputs[i], job->w[i], s->inputs,
                 job->accumulate || i > 0 ? 1 : 0, job->to + rows.first * s->row, s->row));
}

int odnn_rows_gradient(
    const odnn_rows *s, const float *const *dy, const float *const *w, int accumulate,
    float *dx) {
  struct job job = {.shape = s, .w = w, .dy = dy, .to = dx, .accumulate = accumulate};
  return run(&job, parts_of(s), gradient_part);
}

// MARK: Weights

static int64_t weights_count(const odnn_rows *s) { return s->inputs * odnn_all_outputs(s); }

size_t odnn_rows_scratch(const odnn_rows *s, odnn_direction direction) {
  switch (direction) {
  case odnn_forward: return odnn_thin_count(s);
  case odnn_backward_weights: return (size_t)(weight_shares * weights_count(s));
  default: return 0;
  }
}

/// The sums of some rows for all weights, one after another, added to others or not.
static void collect(struct job *job, struct range rows, int adds, float *sums) {
  const odnn_rows *s = job->shape;
  for (int i = 0; i < s->count; i++) {
    note(
        job, dnnl_sgemm(
                 'T', 'N', s->outputs[i], s->inputs, rows.count, 1,
                 job->dy[i] + rows.first * s->outputs[i], s->outputs[i],
                 job->x + rows.first * s->row, s->row, adds ? 1 : 0, sums, s->inputs));
    sums += s->inputs * s->outputs[i];
  }
}

static void weights_share(void *context, int64_t share) {
  struct job *job = context;
  struct range rows = begin_part(job, share);
  int64_t parts = shared_parts(job->shape, rows.count);
  for (int64_t part = 0; part < parts; part++)
    collect(
        job, part_of(rows, part, parts), part > 0,
        job->to + share * weights_count(job->shape));
}

int odnn_rows_weights(
    const odnn_rows *s, const float *x, const float *const *dy, float *const *dw,
    float *scratch) {
  struct job job = {.shape = s, .x = x, .dy = dy, .to = scratch};
  int64_t shares = odnn_minimum(weight_shares, s->rows), step = weights_count(s);
  int status = run(&job, shares, weights_share);
  for (int i = 0; i < s->count; i++) {
    int64_t count = s->inputs * s->outputs[i];
    // Always in the same order.
    memcpy(dw[i], scratch, sizeof(float) * count);
    for (int64_t share = 1; share < shares; share++)
      odnn_accumulate(scratch + share * step, 1, dw[i], count);
    scratch += count;
  }
  return status;
}
