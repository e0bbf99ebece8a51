#include "FusedProduct.h"

#include "Loops.h"
#include "Tiles.h"

enum {
  /// Fewer outputs leave most of a panel empty: there oneDNN's convolutions are better.
  least_outputs = 24,
  /// Up to so many rows, every panel is read once and all rows are taken through it: the weights,
  /// read for a single sample, come from far away. More rows are taken tile by tile.
  few_rows = 6 * tile_rows
};

static int is_pointwise(const odnn_convolution_shape *s) {
  return s->kernel_height == 1 && s->kernel_width == 1 && s->stride == 1 && s->padding == 0 &&
         s->groups == 1 && s->height == s->out_height && s->width == s->out_width &&
         s->out_channels >= least_outputs;
}

int odnn_is_product(const odnn_fused_shape *f) {
  return odnn_has_tiles() && !f->shape.is_bfloat16 && (f->is_dense || is_pointwise(&f->shape)) &&
         f->shape.in_channels * tile_columns < INT32_MAX;
}

fused_product odnn_describe_product(const odnn_fused_shape *f) {
  const odnn_convolution_shape *s = &f->shape;
  return (fused_product){
      .rows = f->is_dense ? s->batch : s->batch * s->out_height * s->out_width,
      .inputs = s->in_channels, .outputs = s->out_channels, .first = f->first_output,
      .end = f->end_output ? f->end_output : s->out_channels, .adds = f->adds,
      .after = f->after};
}

size_t odnn_product_packed_count(const fused_product *p) {
  return odnn_panel_count(p->inputs, p->outputs);
}

void odnn_pack_product(const fused_product *p, const float *plain, float *packed) {
  for (int64_t column = 0; column < p->outputs; column += tile_columns)
    odnn_pack_panel(
        (struct factor){plain, 1, p->inputs}, p->inputs, p->outputs, column / tile_columns, 1,
        packed + column * p->inputs);
}

struct job {
  const fused_product *p;
  const float *source, *addend;
  float *target;
};

/// Some columns of some rows, and the function behind them while they are near.
static void multiply(const struct job *job, int64_t first, int64_t rows) {
  const fused_product *p = job->p;
  for (int64_t column = p->first; column < p->end; column += tile_columns) {
    int64_t place = first * p->outputs + column;
    odnn_run_tiles(
        &(struct tile){
            .depth = p->inputs, .a = job->source + first * p->inputs, .a_row = p->inputs,
            .a_step = 1, .b = p->weights + column * p->inputs, .b_step = tile_columns,
            .bias = p->bias ? p->bias + column : NULL,
            .start = p->adds ? job->addend + place : NULL, .start_row = p->outputs,
            .c = job->target + place, .c_row = p->outputs,
            .columns = (int32_t)odnn_minimum(tile_columns, p->end - column),
            .relu = p->after == odnn_after_relu},
        rows);
  }
}

static void apply_function(const struct job *job, int64_t first, int64_t rows) {
  const fused_product *p = job->p;
  int64_t width = p->end - p->first;
  if (p->after < 0) return;
  for (int64_t r = 0; r < (width == p->outputs ? 1 : rows); r++) {
    float *y = job->target + (first + r) * p->outputs + p->first;
    odnn_apply_after(p->after, y, y, width == p->outputs ? rows * width : width);
  }
}

/// The rows of a part.
static int64_t part_rows(const fused_product *p) {
  return p->rows <= few_rows ? p->rows : tile_rows;
}

static void run_rows(void *context, int64_t part) {
  const struct job *job = context;
  int64_t rows = job->p->rows, size = part_rows(job->p);
  int64_t first = part * size, own = odnn_minimum(size, rows - first);
  multiply(job, first, own);
  apply_function(job, first, own);
}

void odnn_run_product(
    const fused_product *p, const float *source, const float *addend, float *target) {
  struct job job = {p, source, addend, target};
  int64_t size = part_rows(p);
  odnn_for_each(
      (p->rows + size - 1) / size, p->rows * p->outputs * p->inputs / 32, &job, run_rows);
}
