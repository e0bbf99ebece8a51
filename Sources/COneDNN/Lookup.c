#include "Loops.h"

#include <string.h>

// Rows of a table by number, and the way back. There a part is a range of the table's rows, so that
// every row has one writer and its contributions are added in their order.

struct job {
  const float *in;
  float *out;
  const int32_t *rows;
  int64_t count, table, width;
};

enum { lookup_parts = 16 };

static void take_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t per_part = odnn_part_count / job->width + 1;
  int64_t end = odnn_minimum((part + 1) * per_part, job->count);
  for (int64_t i = part * per_part; i < end; i++)
    memcpy(
        job->out + i * job->width, job->in + job->rows[i] * job->width,
        sizeof(float) * job->width);
}

void odnn_take_rows(
    const float *table, const int32_t *rows, int64_t count, int64_t width, float *y) {
  if (width == 0) return;
  struct job job = {.in = table, .out = y, .rows = rows, .count = count, .width = width};
  int64_t per_part = odnn_part_count / width + 1;
  odnn_for_each((count + per_part - 1) / per_part, count * width, &job, take_part);
}

ODNN_CLONES static void add(const float *x, float *y, int64_t count) {
  ODNN_VECTOR
  for (int64_t i = 0; i < count; i++) y[i] += x[i];
}

static void add_part(void *context, int64_t part) {
  struct job *job = context;
  int64_t first = part * job->table / lookup_parts, end = (part + 1) * job->table / lookup_parts;
  for (int64_t i = 0; i < job->count; i++)
    if (job->rows[i] >= first && job->rows[i] < end)
      add(job->in + i * job->width, job->out + job->rows[i] * job->width, job->width);
}

void odnn_add_to_rows(
    const float *x, const int32_t *rows, int64_t count, int64_t width, int64_t table_rows,
    float *table) {
  struct job job = {x, table, rows, count, table_rows, width};
  odnn_for_each(lookup_parts, count * width, &job, add_part);
}
