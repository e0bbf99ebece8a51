#pragma once

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

static inline int64_t strip_count(int64_t channels) {
  return channels <= strip_width / 2 ? 1 : (channels + strip_width - 1) / strip_width;
}

/// Strip `index` of `rows` rows; `tail` elements follow the last whole row of a folded strip.
static inline struct strip strip_at(int64_t index, int64_t rows, int64_t channels) {
  if (channels > strip_width / 2) {
    int64_t first = index * strip_width;
    return (struct strip){
        first, odnn_minimum(strip_width, channels - first), channels, rows, 0};
  }
  int64_t fold = strip_width / channels, width = fold * channels;
  return (struct strip){0, width, width, rows / fold, rows % fold * channels};
}

/// A per-channel vector, repeated for every folded row of the strip.
static inline void repeat(const float *vector, struct strip s, int64_t channels, float *out) {
  int64_t columns = odnn_minimum(s.width, channels);
  for (int64_t start = 0; start < s.width; start += columns)
    memcpy(out + start, vector + s.first, sizeof(float) * columns);
}

static inline void collect(const float *lanes, struct strip s, int64_t channels, float *sum) {
  int64_t columns = odnn_minimum(s.width, channels);
  memcpy(sum + s.first, lanes, sizeof(float) * columns);
  for (int64_t start = columns; start < s.width; start += columns)
    for (int64_t i = 0; i < columns; i++) sum[s.first + i] += lanes[start + i];
}

static inline int64_t rows_per_part(int64_t channels) {
  int64_t rows = odnn_part_count / (channels > 0 ? channels : 1);
  return rows > 0 ? rows : 1;
}

static inline int64_t part_count(int64_t rows, int64_t channels) {
  int64_t per_part = rows_per_part(channels);
  return (rows + per_part - 1) / per_part;
}

/// sum[c] = Σ over parts, in their order and in double precision.
static inline void combine(
    const float *parts, int64_t count, int64_t stride, int64_t channels, float *sum) {
  for (int64_t c = 0; c < channels; c++) {
    double total = 0;
    for (int64_t p = 0; p < count; p++) total += parts[p * stride + c];
    sum[c] = (float)total;
  }
}

/// lanes[i] = Σ over the rows of a strip (Statistics.c).
void odnn_sum_columns(const float *x, struct strip s, float *lanes);
