#include "Products.h"

// A product whose first factor is given transposed: the gradient of a dense layer's weight, a sum
// over all rows of the batch. A part has some rows of the result and walks the long inner axis in
// short stretches, for which it packs both factors.

/// As many parts as there are threads, but no narrower than a tile.
static int64_t part_count(const odnn_matrices *p) {
  return odnn_minimum(odnn_threads_for(p->m * p->n * p->k), odnn_tile_count(p->m));
}

enum {
  /// Steps whose packed tile and panel fit into the first-level cache together.
  stretch_depth = 192,
  /// Rows that are packed together: those of one tile are few numbers side by side, in a cache line
  /// of their own at every step.
  group_rows = most_packed_tiles * tile_rows
};

/// Floats in which a part packs a stretch of the second factor and some rows of the first.
static size_t stretch_count(const odnn_matrices *p) {
  return odnn_panel_count(stretch_depth, p->n) + most_packed_tiles * 16 * stretch_depth;
}

/// Some steps of the long axis, with both factors packed.
struct stretch {
  int64_t step, depth;
  float *panels, *rows;
};

static void pack_panels(const struct product *job, const struct stretch *s) {
  const odnn_matrices *p = job->p;
  for (int64_t column = 0; column < p->n; column += tile_columns)
    odnn_pack_panel(
        odnn_second_factor(p, job->b, s->step), s->depth, p->n, column / tile_columns, 1,
        s->panels + column * s->depth);
}

/// What a stretch adds to some rows of the result.
static void add_stretch(
    const struct product *job, const struct stretch *s, int64_t first, int64_t count) {
  const odnn_matrices *p = job->p;
  odnn_pack_rows(job->a + s->step * p->m + first, p->m, s->depth, count, s->rows);
  for (int64_t column = 0; column < p->n; column += tile_columns)
    for (int64_t i = 0; i < odnn_tile_count(count); i++) {
      int64_t row = odnn_tile_start(count, i);
      float *c = job->c + (first + row) * p->n + column;
      odnn_run_tiles(
          &(struct tile){
              .depth = s->depth, .a = s->rows + i * 16 * s->depth, .a_row = 1, .a_step = 16,
              .b = s->panels + column * s->depth,
              .start = s->step > 0 || p->accumulate ? c : NULL, .start_row = p->n, .c = c,
              .c_row = p->n, .columns = (int32_t)odnn_minimum(tile_columns, p->n - column)},
          odnn_tile_start(count, i + 1) - row);
    }
}

static void rows_part(void *context, int64_t part) {
  const struct product *job = context;
  const odnn_matrices *p = job->p;
  int64_t parts = part_count(p), end = p->m * (part + 1) / parts;
  struct stretch s = {.panels = job->scratch + part * (int64_t)stretch_count(p)};
  s.rows = s.panels + odnn_panel_count(stretch_depth, p->n);
  for (; s.step < p->k; s.step += stretch_depth) {
    s.depth = odnn_minimum(stretch_depth, p->k - s.step);
    pack_panels(job, &s);
    for (int64_t first = p->m * part / parts; first < end; first += group_rows)
      add_stretch(job, &s, first, odnn_minimum(group_rows, end - first));
  }
}

size_t odnn_sum_scratch(const odnn_matrices *p) {
  return (size_t)part_count(p) * stretch_count(p);
}

void odnn_multiply_sums(struct product *job) {
  const odnn_matrices *p = job->p;
  odnn_for_each(part_count(p), p->m * p->n * p->k / 32, job, rows_part);
}
