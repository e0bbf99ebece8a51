#include "Layout.h"
#include "Products.h"

static void multiply(const odnn_small_product *p) {
  _Alignas(64) float panel[tile_columns * short_depth];
  int64_t a_row = p->transpose_a ? 1 : p->a_row, a_step = p->transpose_a ? p->a_row : 1;
  int64_t b_step = p->transpose_b ? 1 : p->b_row, b_column = p->transpose_b ? p->b_row : 1;
  for (int64_t step = 0; step < p->k; step += short_depth)
    for (int64_t column = 0; column < p->n; column += tile_columns) {
      int64_t depth = odnn_minimum(short_depth, p->k - step);
      odnn_pack_panel(
          (struct factor){p->b + step * b_step, b_step, b_column}, depth, p->n,
          column / tile_columns, p->factor, panel);
      float *c = p->c + column;
      odnn_run_tiles(
          &(struct tile){
              .depth = depth, .a = p->a + step * a_step, .a_row = a_row, .a_step = a_step,
              .b = panel, .b_step = tile_columns,
              .start = step > 0 || p->accumulate ? c : NULL, .start_row = p->c_row,
              .c = c, .c_row = p->c_row,
              .columns = (int32_t)odnn_minimum(tile_columns, p->n - column)},
          p->m);
    }
}

int odnn_multiply_small(const odnn_small_product *p) {
  if (odnn_has_tiles() && p->b_row * tile_columns < INT32_MAX) {
    multiply(p);
    return 0;
  }
  return dnnl_sgemm(
      p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', p->m, p->n, p->k, p->factor, p->a,
      p->a_row, p->b, p->b_row, p->accumulate ? 1.0f : 0.0f, p->c, p->c_row);
}
