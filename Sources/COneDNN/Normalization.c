#include "Loops.h"

#include <string.h>

// Rows × channels is walked in strips of up to `strip_width` columns. Few channels are folded: 16
// rows of 16 channels are one row of 256 columns, so the inner loops are always long and their sums
// do not wait for each other. Sums are taken part by part and combined in the order of the parts,
// so they do not depend on the number of threads.

enum { strip_width = 256 };

struct strip {
  int64_t first, width, stride, rows, tail;
};

static int64_t strip_count(int64_t channels) {
  return channels <= strip_width / 2 ? 1 : (channels + strip_width - 1) / strip_width;
}

/// Strip `index` of `rows` rows; `tail` elements follow the last whole row of a folded strip.
static struct strip strip_at(int64_t index, int64_t rows, int64_t channels) {
  if (channels > strip_width / 2) {
    int64_t first = index * strip_width;
    return (struct strip){
        first, odnn_minimum(strip_width, channels - first), channels, rows, 0};
  }
  int64_t fold = strip_width / channels, width = fold * channels;
  return (struct strip){0, width, width, rows / fold, rows % fold * channels};
}

/// A per-channel vector, repeated for every folded row of the strip.
static void repeat(const float *vector, struct strip s, int64_t channels, float *out) {
  int64_t columns = odnn_minimum(s.width, channels);
  for (int64_t start = 0; start < s.width; start += columns)
    memcpy(out + start, vector + s.first, sizeof(float) * columns);
}

static void collect(const float *lanes, struct strip s, int64_t channels, float *sum) {
  int64_t columns = odnn_minimum(s.width, channels);
  memcpy(sum + s.first, lanes, sizeof(float) * columns);
  for (int64_t start = columns; start < s.width; start += columns)
    for (int64_t i = 0; i < columns; i++) sum[s.first + i] += lanes[start + i];
}

static int64_t rows_per_part(int64_t channels) {
  int64_t rows = odnn_part_count / channels;
  return rows > 0 ? rows : 1;
}

static int64_t part_count(int64_t rows, int64_t channels) {
  int64_t per_part = rows_per_part(channels);
  return (rows + per_part - 1) / per_part;
}

size_t odnn_channel_scratch(int64_t rows, int64_t channels) {
  return (size_t)(2 * channels * part_count(rows, channels));
}

// MARK: Statistics

struct statistics_job {
  const float *x;
  int64_t rows, channels;
  float *scratch;
};

ODNN_CLONES static void sum_columns(const float *x, struct strip s, float *lanes) {
  memset(lanes, 0, sizeof(float) * s.width);
  for (int64_t r = 0; r < s.rows; r++)
    ODNN_VECTOR
    for (int64_t i = 0; i < s.width; i++) lanes[i] += x[r * s.stride + i];
  ODNN_VECTOR
  for (int64_t i = 0; i < s.tail; i++) lanes[i] += x[s.rows * s.stride + i];
}

ODNN_CLONES static void sum_squares(
    const float *x, const float *mean, struct strip s, float *lanes) {
  memset(lanes, 0, sizeof(float) * s.width);
  for (int64_t r = 0; r < s.rows; r++)
    ODNN_VECTOR
    for (int64_t i = 0; i < s.width; i++) {
      float d = x[r * s.stride + i] - mean[i];
      lanes[i] += d * d;
    }
  ODNN_VECTOR
  for (int64_t i = 0; i < s.tail; i++) {
    float d = x[s.rows * s.stride + i] - mean[i];
    lanes[i] += d * d;
  }
}

/// Mean and sum of squared deviations of one part, taken while it is in the cache.
static void statistics_of_part(void *context, int64_t part) {
  struct statistics_job *job = context;
  int64_t per_part = rows_per_part(job->channels), channels = job->channels;
  int64_t rows = odnn_minimum(per_part, job->rows - part * per_part);
  const float *x = job->x + part * per_part * channels;
  float *mean = job->scratch + 2 * channels * part, *squares = mean + channels;
  float lanes[strip_width], center[strip_width];
  for (int64_t k = 0; k < strip_count(channels); k++) {
    struct strip s = strip_at(k, rows, channels);
    sum_columns(x + s.first, s, lanes);
    collect(lanes, s, channels, mean);
    int64_t columns = s.width < channels ? s.width : channels;
    for (int64_t i = 0; i < columns; i++) mean[s.first + i] /= (float)rows;
    repeat(mean, s, channels, center);
    sum_squares(x + s.first, center, s, lanes);
    collect(lanes, s, channels, squares);
  }
}

void odnn_channel_statistics(
    const float *x, int64_t rows, int64_t channels, float *mean, float *variance, float *scratch) {
  struct statistics_job job = {x, rows, channels, scratch};
  int64_t parts = part_count(rows, channels), per_part = rows_per_part(channels);
  odnn_for_each(parts, rows * channels, &job, statistics_of_part);
  // Parallel variance: Chan, Golub & LeVeque 1979, in double precision.
  for (int64_t c = 0; c < channels; c++) {
    double count = 0, average = 0, squares = 0;
    for (int64_t p = 0; p < parts; p++) {
      double n = (double)odnn_minimum(per_part, rows - p * per_part);
      const float *part = scratch + 2 * channels * p;
      double delta = part[c] - average, total = count + n;
      average += delta * n / total;
      squares += part[channels + c] + delta * delta * count * n / total;
      count = total;
    }
    mean[c] = (float)average;
    variance[c] = (float)(squares / (double)rows);
  }
}

// MARK: Sums

static void sums_of_part(void *context, int64_t part) {
  struct statistics_job *job = context;
  int64_t per_part = rows_per_part(job->channels), channels = job->channels;
  int64_t rows = odnn_minimum(per_part, job->rows - part * per_part);
  const float *x = job->x + part * per_part * channels;
  float lanes[strip_width];
  for (int64_t k = 0; k < strip_count(channels); k++) {
    struct strip s = strip_at(k, rows, channels);
    sum_columns(x + s.first, s, lanes);
    collect(lanes, s, channels, job->scratch + channels * part);
  }
}

static void combine(
    const float *parts, int64_t count, int64_t stride, int64_t channels, float *sum) {
  for (int64_t c = 0; c < channels; c++) {
    double total = 0;
    for (int64_t p = 0; p < count; p++) total += parts[p * stride + c];
    sum[c] = (float)total;
  }
}

void odnn_channel_sums(
    const float *x, int64_t rows, int64_t channels, float *sum, float *scratch) {
  struct statistics_job job = {x, rows, channels, scratch};
  int64_t parts = part_count(rows, channels);
  odnn_for_each(parts, rows * channels, &job, sums_of_part);
  combine(scratch, parts, channels, channels, sum);
}

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
