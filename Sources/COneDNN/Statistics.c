#include "Strips.h"

size_t odnn_channel_scratch(int64_t rows, int64_t channels) {
  return (size_t)(2 * channels * part_count(rows, channels));
}

struct statistics_job {
  const float *x;
  int64_t rows, channels;
  float *scratch;
};

ODNN_CLONES void odnn_sum_columns(const float *x, struct strip s, float *lanes) {
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
    odnn_sum_columns(x + s.first, s, lanes);
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
    odnn_sum_columns(x + s.first, s, lanes);
    collect(lanes, s, channels, job->scratch + channels * part);
  }
}

void odnn_channel_sums(
    const float *x, int64_t rows, int64_t channels, float *sum, float *scratch) {
  struct statistics_job job = {x, rows, channels, scratch};
  int64_t parts = part_count(rows, channels);
  odnn_for_each(parts, rows * channels, &job, sums_of_part);
  combine(scratch, parts, channels, channels, sum);
}
