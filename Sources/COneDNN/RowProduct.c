#include "Products.h"

// Rows by rows, a dense layer forward. The second factor, the smaller, is turned and packed once for
// all threads; parts are some rows of the result.

enum {
  /// Up to here all steps are made in one go: the panels come from the second-level cache.
  long_depth = 2048,
  /// Rows of a part: one tile, whose rows stay in the first-level cache beside a panel.
  part_rows = tile_rows
};

static int64_t depth_of(const odnn_matrices *p) { return p->k > long_depth ? short_depth : p->k; }

static void pack_part(void *context, int64_t panel) {
  const struct product *job = context;
  const odnn_matrices *p = job->p;
  int64_t wide = (int64_t)odnn_panel_count(1, p->n);
  for (int64_t step = 0; step < p->k; step += depth_of(p)) {
    int64_t depth = odnn_minimum(depth_of(p), p->k - step);
    odnn_pack_panel(
        (struct factor){job->b + step, 1, p->k}, depth, p->n, panel, 1,
        job->scratch + step * wide + panel * tile_columns * depth);
  }
}

/// The tiles of `rows` rows from `first` on; what they start from is added with the first steps.
static void multiply_rows(const struct product *job, int64_t first, int64_t rows) {
  const odnn_matrices *p = job->p;
  int64_t wide = (int64_t)odnn_panel_count(1, p->n);
  for (int64_t step = 0; step < p->k; step += depth_of(p)) {
    int64_t depth = odnn_minimum(depth_of(p), p->k - step);
    for (int64_t column = 0; column < p->n; column += tile_columns) {
      float *c = job->c + first * p->n + column;
      struct tile t = {
          .depth = depth, .a = job->a + first * p->k + step, .a_row = p->k, .a_step = 1,
          .b = job->scratch + step * wide + column * depth, .b_step = tile_columns, .c = c, .c_row = p->n,
          .columns = (int32_t)odnn_minimum(tile_columns, p->n - column), .start_row = p->n};
      if (step > 0 || p->accumulate) t.start = c;
      else if (job->addend) t.start = job->addend + first * p->n + column;
      if (step == 0 && job->bias) t.bias = job->bias + column;
      odnn_run_tiles(&t, rows);
    }
  }
}

static void rows_part(void *context, int64_t part) {
  const struct product *job = context;
  int64_t first = part * part_rows;
  multiply_rows(job, first, odnn_minimum(part_rows, job->p->m - first));
}

size_t odnn_row_scratch(const odnn_matrices *p) { return odnn_panel_count(p->k, p->n); }

void odnn_multiply_rows(struct product *job) {
  const odnn_matrices *p = job->p;
  int64_t work = p->m * p->n * p->k / 32, panels = (p->n + tile_columns - 1) / tile_columns;
  odnn_for_each(panels, work, job, pack_part);
  odnn_for_each((p->m + part_rows - 1) / part_rows, work, job, rows_part);
}
