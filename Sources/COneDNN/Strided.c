#include "Loops.h"

// Arithmetic between arrays whose axes may be repeated (a step of 0), in another order, or a part
// of a larger array. Rows are what the innermost axis spans; each is one call of a vector loop.

typedef void (*row_body)(
    float *y, const float *a, const float *b, int64_t count, int64_t sy, int64_t sa, int64_t sb);

#define ROW(name, expression)                                                         \
  ODNN_CLONES static void name(                                                       \
      float *y, const float *a, const float *b, int64_t count, int64_t sy, int64_t sa, \
      int64_t sb) {                                                                   \
    if (sy == 1 && sa == 1 && sb == 1) {                                              \
      ODNN_VECTOR                                                                     \
      for (int64_t i = 0; i < count; i++) {                                           \
        float v = a[i], w = b[i];                                                     \
        y[i] = expression;                                                            \
      }                                                                               \
    } else if (sy == 1 && sa == 1 && sb == 0) {                                       \
      float w = *b;                                                                   \
      ODNN_VECTOR                                                                     \
      for (int64_t i = 0; i < count; i++) {                                           \
        float v = a[i];                                                               \
        y[i] = expression;                                                            \
      }                                                                               \
    } else if (sy == 1 && sa == 0 && sb == 1) {                                       \
      float v = *a;                                                                   \
      ODNN_VECTOR                                                                     \
      for (int64_t i = 0; i < count; i++) {                                           \
        float w = b[i];                                                               \
        y[i] = expression;                                                            \
      }                                                                               \
    } else {                                                                          \
      for (int64_t i = 0; i < count; i++) {                                           \
        float v = a[i * sa], w = b[i * sb];                                           \
        y[i * sy] = expression;                                                       \
      }                                                                               \
    }                                                                                 \
  }

ROW(copy_row, ((void)w, v))
ROW(add_row, v + w)
ROW(subtract_row, v - w)
ROW(multiply_row, v * w)
ROW(divide_row, v / w)
ROW(larger_row, v > w || v != v ? v : w)
ROW(smaller_row, v < w || v != v ? v : w)
ROW(equal_row, v == w ? 1.0f : 0.0f)
ROW(above_row, v > w ? 1.0f : 0.0f)
ROW(squared_difference_row, (v - w) * (v - w))

static const row_body bodies[] = {
    copy_row, add_row, subtract_row, multiply_row, divide_row, larger_row, smaller_row, equal_row,
    above_row, squared_difference_row};

struct job {
  const odnn_walk *walk;
  float *y;
  const float *a, *b;
  row_body body;
  int64_t inner, rows, rows_per_part, chunk, chunks;
};

static void walk_part(void *context, int64_t part) {
  const struct job *job = context;
  const odnn_walk *w = job->walk;
  int last = w->rank - 1;
  int64_t chunk = part % job->chunks * job->chunk, first = part / job->chunks * job->rows_per_part;
  int64_t count = odnn_minimum(job->chunk, job->inner - chunk);
  int64_t end = odnn_minimum(first + job->rows_per_part, job->rows);
  int64_t place[odnn_largest_rank] = {0};
  int64_t y = chunk * w->y[last], a = chunk * w->a[last], b = chunk * w->b[last], rest = first;
  for (int d = last - 1; d >= 0; d--) {
    place[d] = rest % w->sizes[d];
    rest /= w->sizes[d];
    y += place[d] * w->y[d], a += place[d] * w->a[d], b += place[d] * w->b[d];
  }
  for (int64_t row = first; row < end; row++) {
    job->body(
        job->y + y, job->a + a, job->b + b, count, w->y[last], w->a[last], w->b[last]);
    for (int d = last - 1; d >= 0; d--) {
      y += w->y[d], a += w->a[d], b += w->b[d];
      if (++place[d] < w->sizes[d]) break;
      y -= place[d] * w->y[d], a -= place[d] * w->a[d], b -= place[d] * w->b[d];
      place[d] = 0;
    }
  }
}

void odnn_walk_run(
    const odnn_walk *walk, odnn_binary operation, const float *a, const float *b, float *y) {
  struct job job = {walk, y, a, b, bodies[operation], walk->sizes[walk->rank - 1], 1, 1, 0, 1};
  for (int d = 0; d < walk->rank - 1; d++) job.rows *= walk->sizes[d];
  if (job.rows == 0 || job.inner == 0) return;
  job.chunk = odnn_minimum(job.inner, odnn_part_count);
  job.chunks = odnn_parts(job.inner);
  if (job.inner < odnn_part_count) job.rows_per_part = odnn_part_count / job.inner;
  int64_t groups = (job.rows + job.rows_per_part - 1) / job.rows_per_part;
  odnn_for_each(groups * job.chunks, job.rows * job.inner, &job, walk_part);
}
