#include "Strips.h"

// MARK: Affine

struct affine_job {
  const float *x, *addend;
  int64_t rows, channels;
  const float *factor, *offset;
  int relu;
  float *y;
};

/// One row of a strip: y = [relu](x · f + o [+ a]).
ODNN_CLONES static void affine_strip(
    const float *x, const float *a, const float *f, const float *o, int relu, struct strip s,
    float *y) {
  float floor = relu ? 0.0f : -__builtin_inff();
  for (int64_t r = 0; r <= s.rows; r++) {
    int64_t at = r * s.stride, width = r < s.rows ? s.width : s.tail;
    if (a) {
      ODNN_VECTOR
      for (int64_t i = 0; i < width; i++) {
        float v = x[at + i] * f[i] + o[i] + a[at + i];
        y[at + i] = v < floor ? floor : v;
      }
    } else {
      ODNN_VECTOR
      for (int64_t i = 0; i < width; i++) {
        float v = x[at + i] * f[i] + o[i];
        y[at + i] = v < floor ? floor : v;
      }
    }
  }
}

static void affine_part(void *context, int64_t part) {
  struct affine_job *job = context;
  int64_t per_part = rows_per_part(job->channels), start = part * per_part * job->channels;
  int64_t rows = odnn_minimum(per_part, job->rows - part * per_part);
  float factor[strip_width], offset[strip_width];
  for (int64_t k = 0; k < strip_count(job->channels); k++) {
    struct strip s = strip_at(k, rows, job->channels);
    int64_t at = start + s.first;
    repeat(job->factor, s, job->channels, factor);
    repeat(job->offset, s, job->channels, offset);
    affine_strip(
        job->x + at, job->addend ? job->addend + at : 0, factor, offset, job->relu, s,
        job->y + at);
  }
}

void odnn_channel_affine(
    const float *x, const float *addend, int64_t rows, int64_t channels, const float *factor,
    const float *offset, int relu, float *y) {
  struct affine_job job = {x, addend, rows, channels, factor, offset, relu, y};
  odnn_for_each(part_count(rows, channels), rows * channels, &job, affine_part);
}

// MARK: Gradients

struct gradient_job {
  const odnn_normalization *n;
  const float *gradient, *a, *b, *c;
  float *scratch, *masked, *result;
};

/// The per-channel vectors of a strip, repeated for folded rows.
struct columns {
  float mean[strip_width], factor[strip_width], offset[strip_width];
};

/// One loop over the rows of a strip for each way the ReLU's mask is known.
#define FOR_STRIP(value, statements)                                          \
  for (int64_t r = 0; r <= s.rows; r++) {                                     \
    int64_t at = r * s.stride, width = r < s.rows ? s.width : s.tail;         \
    ODNN_VECTOR                                                               \
    for (int64_t i = 0; i < width; i++) {                                     \
      float v = value;                                                        \
      statements                                                              \
    }                                                                         \
  }
#define PLAIN g[at + i]
#define WHERE_OUTPUT (y[at + i] > 0 ? g[at + i] : 0)
#define WHERE_RECOMPUTED (x[at + i] * k->factor[i] + k->offset[i] > 0 ? g[at + i] : 0)

ODNN_CLONES static void gradient_sums_strip(
    odnn_mask mask, const float *g, const float *y, const float *x, const struct columns *k,
    struct strip s, float *masked, float *sum, float *product) {
  memset(sum, 0, sizeof(float) * s.width);
  memset(product, 0, sizeof(float) * s.width);
#define ADD sum[i] += v; product[i] += v * (x[at + i] - k->mean[i]);
  if (mask == odnn_mask_none) {
    FOR_STRIP(PLAIN, ADD)
  } else if (mask == odnn_mask_recomputed) {
    FOR_STRIP(WHERE_RECOMPUTED, ADD)
  } else {
    FOR_STRIP(WHERE_OUTPUT, ADD masked[at + i] = v;)
  }
#undef ADD
}

static void repeat_columns(
    const odnn_normalization *n, struct strip s, struct columns *out) {
  repeat(n->mean, s, n->channels, out->mean);
  repeat(n->factor, s, n->channels, out->factor);
  repeat(n->offset, s, n->channels, out->offset);
}

static void gradient_sums_part(void *context, int64_t part) {
  struct gradient_job *job = context;
  const odnn_normalization *n = job->n;
  int64_t per_part = rows_per_part(n->channels), channels = n->channels;
  int64_t rows = odnn_minimum(per_part, n->rows - part * per_part);
  float sum[strip_width], product[strip_width];
  struct columns columns;
  float *out = job->scratch + 2 * channels * part;
  for (int64_t k = 0; k < strip_count(channels); k++) {
    struct strip s = strip_at(k, rows, channels);
    int64_t at = part * per_part * channels + s.first;
    repeat_columns(n, s, &columns);
    gradient_sums_strip(
        n->mask, job->gradient + at, n->output ? n->output + at : 0, n->x + at, &columns, s,
        job->masked ? job->masked + at : 0, sum, product);
    collect(sum, s, channels, out);
    collect(product, s, channels, out + channels);
  }
}

void odnn_channel_gradient_sums(
    const odnn_normalization *n, const float *gradient, float *masked, float *sum,
    float *product, float *scratch) {
  struct gradient_job job = {
      .n = n, .gradient = gradient, .masked = masked, .scratch = scratch};
  int64_t parts = part_count(n->rows, n->channels), channels = n->channels;
  odnn_for_each(parts, n->rows * channels, &job, gradient_sums_part);
  combine(scratch, parts, 2 * channels, channels, sum);
  combine(scratch + channels, parts, 2 * channels, channels, product);
}

ODNN_CLONES static void gradient_strip(
    odnn_mask mask, const float *g, const float *x, const struct columns *k, const float *a,
    const float *b, const float *c, struct strip s, float *dx) {
#define STORE dx[at + i] = v * a[i] + x[at + i] * b[i] + c[i];
  if (mask == odnn_mask_recomputed) {
    FOR_STRIP(WHERE_RECOMPUTED, STORE)
  } else {
    FOR_STRIP(PLAIN, STORE)
  }
#undef STORE
}

static void gradient_part(void *context, int64_t part) {
  struct gradient_job *job = context;
  const odnn_normalization *n = job->n;
  int64_t per_part = rows_per_part(n->channels);
  int64_t rows = odnn_minimum(per_part, n->rows - part * per_part);
  float a[strip_width], b[strip_width], c[strip_width];
  struct columns columns;
  for (int64_t k = 0; k < strip_count(n->channels); k++) {
    struct strip s = strip_at(k, rows, n->channels);
    int64_t at = part * per_part * n->channels + s.first;
    repeat_columns(n, s, &columns);
    repeat(job->a, s, n->channels, a);
    repeat(job->b, s, n->channels, b);
    repeat(job->c, s, n->channels, c);
    gradient_strip(
        n->mask, job->gradient + at, n->x + at, &columns, a, b, c, s, job->result + at);
  }
}

void odnn_channel_gradient(
    const odnn_normalization *n, const float *gradient, const float *a, const float *b,
    const float *c, float *dx) {
  struct gradient_job job = {
      .n = n, .gradient = gradient, .a = a, .b = b, .c = c, .result = dx};
  odnn_for_each(part_count(n->rows, n->channels), n->rows * n->channels, &job, gradient_part);
}
