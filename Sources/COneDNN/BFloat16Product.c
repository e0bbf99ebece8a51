#include "Convolution.h"

#include <stdlib.h>

enum { a_slot, b_slot, c_slot, work_slot, product_slots };

struct odnn_product {
  dnnl_primitive_t run;
  dnnl_memory_t slots[product_slots];
  int threads;
  size_t scratch_count;
};

/// `rows` × `columns`, `step` apart, given the other way round if transposed; single if step is 0.
static dnnl_status_t describe_matrices(
    layout *l, dnnl_data_type_t type, int64_t batch, int64_t step, int64_t rows, int64_t columns,
    int transposed) {
  dnnl_dims_t sizes = {step ? batch : 1, rows, columns};
  dnnl_dims_t strides = {
      step ? step : rows * columns, transposed ? 1 : columns, transposed ? rows : 1};
  return batch > 1 ? describe_strided(l, 3, sizes, type, strides)
                   : describe_strided(l, 2, sizes + 1, type, strides + 1);
}

static dnnl_status_t make_attributes(const odnn_matrices *p, dnnl_primitive_attr_t *result) {
  TRY(dnnl_primitive_attr_create(result));
  TRY(dnnl_primitive_attr_set_scratchpad_mode(*result, dnnl_scratchpad_mode_user));
  if (!p->accumulate) return dnnl_success;
  dnnl_post_ops_t operations = NULL;
  TRY(dnnl_post_ops_create(&operations));
  dnnl_status_t status = append_sum(operations);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*result, operations);
  dnnl_post_ops_destroy(operations);
  return status;
}

static dnnl_status_t describe_product(
    const layout *l, dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t *result) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_matmul_primitive_desc_create(
      result, odnn_machine.engine, ref(&l[a_slot]), ref(&l[b_slot]), NULL, ref(&l[c_slot]),
      attributes);
#else
  dnnl_matmul_desc_t d;
  TRY(dnnl_matmul_desc_init(&d, ref(&l[a_slot]), ref(&l[b_slot]), NULL, ref(&l[c_slot])));
  return dnnl_primitive_desc_create(result, &d, attributes, odnn_machine.engine, NULL);
#endif
}

static dnnl_status_t fill_in(odnn_product *product, const layout *l, dnnl_primitive_desc_t d) {
  layout_ref scratch = dnnl_primitive_desc_query_md(d, dnnl_query_scratchpad_md, 0);
  product->scratch_count = (dnnl_memory_desc_get_size(scratch) + 3) / 4;
  TRY(dnnl_primitive_create(&product->run, d));
  for (int i = 0; i < work_slot; i++)
    TRY(dnnl_memory_create(
        &product->slots[i], ref(&l[i]), odnn_machine.engine, DNNL_MEMORY_NONE));
  return dnnl_memory_create(
      &product->slots[work_slot], scratch, odnn_machine.engine, DNNL_MEMORY_NONE);
}

static dnnl_status_t build(odnn_product *product, const odnn_matrices *p, layout *l) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t d = NULL;
  TRY(describe_matrices(&l[a_slot], dnnl_bf16, p->batch, p->a_step, p->m, p->k, p->transpose_a));
  TRY(describe_matrices(&l[b_slot], dnnl_bf16, p->batch, p->b_step, p->k, p->n, p->transpose_b));
  TRY(describe_matrices(&l[c_slot], dnnl_f32, p->batch, p->m * p->n, p->m, p->n, 0));
  dnnl_status_t status = make_attributes(p, &attributes);
  if (status == dnnl_success) status = describe_product(l, attributes, &d);
  if (status == dnnl_success) status = fill_in(product, l, d);
  if (d) dnnl_primitive_desc_destroy(d);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

int odnn_product_create(const odnn_matrices *p, odnn_product **result) {
  TRY(odnn_start_machine());
  odnn_product *product = calloc(1, sizeof *product);
  if (!product) return dnnl_out_of_memory;
  product->threads = odnn_threads_for(p->batch * p->m * p->n * p->k);
  odnn_adopt_threads(product->threads);
  layout l[work_slot] = {0};
  dnnl_status_t status = build(product, p, l);
  for (int i = 0; i < work_slot; i++) release(&l[i]);
  if (status != dnnl_success) {
    odnn_product_destroy(product);
    return status;
  }
  *result = product;
  return dnnl_success;
}

void odnn_product_destroy(odnn_product *product) {
  if (product->run) dnnl_primitive_destroy(product->run);
  for (int i = 0; i < product_slots; i++)
    if (product->slots[i]) dnnl_memory_destroy(product->slots[i]);
  free(product);
}

size_t odnn_product_scratch_count(const odnn_product *product) { return product->scratch_count; }

int odnn_product_run(
    odnn_product *product, const void *a, const void *b, float *c, float *scratch) {
  static const int names[product_slots] = {
      DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD};
  void *data[product_slots] = {(void *)a, (void *)b, c, scratch};
  dnnl_exec_arg_t arguments[product_slots];
  odnn_adopt_threads(product->threads);
  for (int i = 0; i < product_slots; i++) {
    TRY(dnnl_memory_set_data_handle(product->slots[i], data[i]));
    arguments[i] = (dnnl_exec_arg_t){names[i], product->slots[i]};
  }
  TRY(dnnl_primitive_execute(product->run, odnn_machine.stream, product_slots, arguments));
  return dnnl_stream_wait(odnn_machine.stream);
}
