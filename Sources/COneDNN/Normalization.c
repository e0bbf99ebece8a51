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
  for (int64_t i = 0; i < s.width; i++) out[i] = vector[s.first + i % channels];
}

static void collect(const float *lanes, struct strip s, int64_t channels, float *sum) {
  for (int64_t i = 0; i < s.width && i < channels; i++) sum[s.first + i] = lanes[i];
  for (int64_t i = channels; i < s.width; i++) sum[s.first + i % channels] += lanes[i];
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
    for (int64_t i = 0; i < s.width; i++) lanes[i] += x[r * s.stride + i];
  for (int64_t i = 0; i < s.tail; i++) lanes[i] += x[s.rows * s.stride + i];
}

ODNN_CLONES static void sum_squares(
    const float *x, const float *mean, struct strip s, float *lanes) {
  memset(lanes, 0, sizeof(float) * s.width);
  for (int64_t r = 0; r < s.rows; r++)
    for (int64_t i = 0; i < s.width; i++) {
      float d = x[r * s.stride + i] - mean[i];
      lanes[i] += d * d;
    }
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
  odnn_for_each(parts, &job, statistics_of_part);
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
  odnn_for_each(parts, &job, sums_of_part);
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
      for (int64_t i = 0; i < width; i++) {
        float v = x[at + i] * f[i] + o[i] + a[at + i];
        y[at + i] = v < floor ? floor : v;
      }
    } else {
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
  odnn_for_each(part_count(rows, channels), &job, affine_part);
}

// MARK: Gradients

struct gradient_job {
  const float *gradient, *output, *x;
  int64_t rows, channels;
  const float *a, *b, *c;
  float *scratch, *masked, *dx;
};

ODNN_CLONES static void gradient_sums_strip(
    const float *g, const float *y, const float *x, const float *mean, struct strip s, float *sum,
    float *product) {
  memset(sum, 0, sizeof(float) * s.width);
  memset(product, 0, sizeof(float) * s.width);
  for (int64_t r = 0; r <= s.rows; r++) {
    int64_t at = r * s.stride, width = r < s.rows ? s.width : s.tail;
    if (y) {
      for (int64_t i = 0; i < width; i++) {
        float v = y[at + i] > 0 ? g[at + i] : 0;
        sum[i] += v;
        product[i] += v * (x[at + i] - mean[i]);
      }
    } else {
      for (int64_t i = 0; i < width; i++) {
        float v = g[at + i];
        sum[i] += v;
        product[i] += v * (x[at + i] - mean[i]);
      }
    }
  }
}

static void gradient_sums_part(void *context, int64_t part) {
  struct gradient_job *job = context;
  int64_t per_part = rows_per_part(job->channels), channels = job->channels;
  int64_t rows = odnn_minimum(per_part, job->rows - part * per_part);
  float mean[strip_width], sum[strip_width], product[strip_width];
  float *out = job->scratch + 2 * channels * part;
  for (int64_t k = 0; k < strip_count(channels); k++) {
    struct strip s = strip_at(k, rows, channels);
    int64_t at = part * per_part * channels + s.first;
    repeat(job->a, s, channels, mean);
    gradient_sums_strip(
        job->gradient + at, job->output ? job->output + at : 0, job->x + at, mean, s, sum,
        product);
    collect(sum, s, channels, out);
    collect(product, s, channels, out + channels);
  }
}

void odnn_channel_gradient_sums(
    const float *gradient, const float *output, const float *x, int64_t rows, int64_t channels,
    const float *mean, const float *inverse_deviation, float *sum, float *sum_normalized,
    float *scratch) {
  struct gradient_job job = {
      .gradient = gradient, .output = output, .x = x, .rows = rows, .channels = channels,
      .a = mean, .scratch = scratch};
  int64_t parts = part_count(rows, channels);
  odnn_for_each(parts, &job, gradient_sums_part);
  combine(scratch, parts, 2 * channels, channels, sum);
  combine(scratch + channels, parts, 2 * channels, channels, sum_normalized);
  for (int64_t c = 0; c < channels; c++) sum_normalized[c] *= inverse_deviation[c];
}

ODNN_CLONES static void gradient_strip(
    const float *g, const float *y, const float *x, const float *a, const float *b,
    const float *c, struct strip s, float *masked, float *dx) {
  for (int64_t r = 0; r <= s.rows; r++) {
    int64_t at = r * s.stride, width = r < s.rows ? s.width : s.tail;
    if (y && masked) {
      for (int64_t i = 0; i < width; i++) {
        float v = y[at + i] > 0 ? g[at + i] : 0;
        masked[at + i] = v;
        dx[at + i] = v * a[i] + x[at + i] * b[i] + c[i];
      }
    } else if (y) {
      for (int64_t i = 0; i < width; i++) {
        float v = y[at + i] > 0 ? g[at + i] : 0;
        dx[at + i] = v * a[i] + x[at + i] * b[i] + c[i];
      }
    } else {
      for (int64_t i = 0; i < width; i++)
        dx[at + i] = g[at + i] * a[i] + x[at + i] * b[i] + c[i];
    }
  }
}

static void gradient_part(void *context, int64_t part) {
  struct gradient_job *job = context;
  int64_t per_part = rows_per_part(job->channels);
  int64_t rows = odnn_minimum(per_part, job->rows - part * per_part);
  float a[strip_width], b[strip_width], c[strip_width];
  for (int64_t k = 0; k < strip_count(job->channels); k++) {
    struct strip s = strip_at(k, rows, job->channels);
    int64_t at = part * per_part * job->channels + s.first;
    repeat(job->a, s, job->channels, a);
    repeat(job->b, s, job->channels, b);
    repeat(job->c, s, job->channels, c);
    gradient_strip(
        job->gradient + at, job->output ? job->output + at : 0, job->x + at, a, b, c, s,
        job->masked ? job->masked + at : 0, job->dx + at);
  }
}

void odnn_channel_gradient(
    const float *gradient, const float *output, const float *x, int64_t rows, int64_t channels,
    const float *a, const float *b, const float *c, float *masked, float *dx) {
  struct gradient_job job = {
      .gradient = gradient, .output = output, .x = x, .rows = rows, .channels = channels, .a = a,
      .b = b, .c = c, .masked = masked, .dx = dx};
  odnn_for_each(part_count(rows, channels), &job, gradient_part);
}
