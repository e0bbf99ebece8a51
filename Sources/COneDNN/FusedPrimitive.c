#include "FusedPrimitive.h"

#include <stdlib.h>
#include <string.h>

/// oneDNN's name of a function that it can fuse, with its two numbers.
struct function {
  dnnl_alg_kind_t kind;
  float alpha, beta;
};

static int find_function(int32_t after, struct function *f) {
  *f = (struct function){dnnl_eltwise_relu, 0, 0};
  switch (after) {
  case odnn_after_relu: return 1;
  case odnn_function_sigmoid: f->kind = dnnl_eltwise_logistic; return 1;
  case odnn_function_tanh: f->kind = dnnl_eltwise_tanh; return 1;
  case odnn_function_silu: *f = (struct function){dnnl_eltwise_swish, 1, 0}; return 1;
  case odnn_function_relu6: *f = (struct function){dnnl_eltwise_clip, 0, 6}; return 1;
  case odnn_function_gelu: f->kind = dnnl_eltwise_gelu_erf; return 1;
  case odnn_function_gelu_tanh: f->kind = dnnl_eltwise_gelu_tanh; return 1;
  default: return 0;
  }
}

int odnn_can_fuse(int32_t after) {
  struct function f;
  return after == odnn_after_nothing || find_function(after, &f);
}

static dnnl_status_t add_post_operations(const odnn_fused_shape *s, dnnl_post_ops_t p) {
  struct function f;
  if (s->adds) TRY(append_sum(p));
#if DNNL_VERSION_MAJOR >= 3
  if (s->after != odnn_after_nothing && find_function(s->after, &f))
    TRY(dnnl_post_ops_append_eltwise(p, f.kind, f.alpha, f.beta));
#else
  if (s->after != odnn_after_nothing && find_function(s->after, &f))
    TRY(dnnl_post_ops_append_eltwise(p, 1.0f, f.kind, f.alpha, f.beta));
#endif
  return dnnl_success;
}

static dnnl_status_t make_attributes(const odnn_fused_shape *s, dnnl_primitive_attr_t *result) {
  TRY(dnnl_primitive_attr_create(result));
  TRY(dnnl_primitive_attr_set_scratchpad_mode(*result, dnnl_scratchpad_mode_user));
  dnnl_post_ops_t p = NULL;
  TRY(dnnl_post_ops_create(&p));
  dnnl_status_t status = add_post_operations(s, p);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*result, p);
  dnnl_post_ops_destroy(p);
  return status;
}

struct layouts {
  layout source, weights, plain, bias, target;
};

static dnnl_status_t describe_dense(const odnn_convolution_shape *s, struct layouts *l) {
  dnnl_dims_t source = {s->batch, s->in_channels}, target = {s->batch, s->out_channels};
  dnnl_dims_t weights = {s->out_channels, s->in_channels};
  dnnl_data_type_t factor = s->is_bfloat16 ? dnnl_bf16 : dnnl_f32;
  TRY(describe_as(&l->source, 2, source, factor, dnnl_ab));
  TRY(describe(&l->target, 2, target, dnnl_ab));
  TRY(describe_as(&l->weights, 2, weights, factor, dnnl_format_tag_any));
  return describe(&l->plain, 2, weights, dnnl_ab);
}

static dnnl_status_t describe_images(const odnn_convolution_shape *s, struct layouts *l) {
  dnnl_dims_t source = {s->batch, s->in_channels, s->height, s->width};
  dnnl_dims_t target = {s->batch, s->out_channels, s->out_height, s->out_width};
  int grouped = s->groups > 1;
  dnnl_dims_t single = {s->out_channels, s->in_channels, s->kernel_height, s->kernel_width};
  dnnl_dims_t several = {
      s->groups, s->out_channels / s->groups, s->in_channels / s->groups, s->kernel_height,
      s->kernel_width};
  const dnnl_dim_t *w = grouped ? several : single;
  dnnl_data_type_t factor = s->is_bfloat16 ? dnnl_bf16 : dnnl_f32;
  TRY(describe_as(&l->source, 4, source, factor, dnnl_nhwc));
  TRY(describe(&l->target, 4, target, dnnl_nhwc));
  TRY(describe_as(&l->weights, 4 + grouped, w, factor, dnnl_format_tag_any));
  return describe(&l->plain, 4 + grouped, w, grouped ? dnnl_goihw : dnnl_oihw);
}

static dnnl_status_t describe_arguments(const odnn_fused_shape *s, struct layouts *l) {
  dnnl_dims_t bias = {s->shape.out_channels};
  TRY(describe(&l->bias, 1, bias, dnnl_x));
  return s->is_dense ? describe_dense(&s->shape, l) : describe_images(&s->shape, l);
}

static void release_all(struct layouts *l) {
  release(&l->source);
  release(&l->target);
  release(&l->bias);
  release(&l->weights);
  release(&l->plain);
}

static dnnl_status_t describe_dense_run(
    const odnn_fused_shape *f, const struct layouts *l, dnnl_primitive_attr_t attributes,
    dnnl_primitive_desc_t *result) {
  layout_ref bias = f->shape.has_bias ? ref(&l->bias) : NULL;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_inner_product_forward_primitive_desc_create(
      result, odnn_machine.engine, dnnl_forward_inference, ref(&l->source), ref(&l->weights), bias,
      ref(&l->target), attributes);
#else
  dnnl_inner_product_desc_t d;
  TRY(dnnl_inner_product_forward_desc_init(
      &d, dnnl_forward_inference, ref(&l->source), ref(&l->weights), bias, ref(&l->target)));
  return dnnl_primitive_desc_create(result, &d, attributes, odnn_machine.engine, NULL);
#endif
}

static dnnl_status_t describe_run(
    const odnn_fused_shape *f, const struct layouts *l, dnnl_primitive_attr_t attributes,
    dnnl_primitive_desc_t *result) {
  if (f->is_dense) return describe_dense_run(f, l, attributes, result);
  const odnn_convolution_shape *s = &f->shape;
  dnnl_dims_t strides = {s->stride, s->stride};
  dnnl_dims_t dilates = {s->dilation - 1, s->dilation - 1};
  dnnl_dims_t before = {f->padding_above, s->padding};
  dnnl_dims_t after = {
      (s->out_height - 1) * s->stride + s->dilation * (s->kernel_height - 1) + 1 - s->height -
          f->padding_above,
      (s->out_width - 1) * s->stride + s->dilation * (s->kernel_width - 1) + 1 - s->width -
          s->padding};
  layout_ref bias = s->has_bias ? ref(&l->bias) : NULL;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_convolution_forward_primitive_desc_create(
      result, odnn_machine.engine, dnnl_forward_inference, dnnl_convolution_direct, ref(&l->source),
      ref(&l->weights), bias, ref(&l->target), strides, dilates, before, after, attributes);
#else
  dnnl_convolution_desc_t d;
  TRY(dnnl_dilated_convolution_forward_desc_init(
      &d, dnnl_forward_inference, dnnl_convolution_direct, ref(&l->source), ref(&l->weights),
      bias, ref(&l->target), strides, dilates, before, after));
  return dnnl_primitive_desc_create(result, &d, attributes, odnn_machine.engine, NULL);
#endif
}

static dnnl_status_t add_argument(struct lane *lane, int slot, int name, layout_ref layout) {
  TRY(dnnl_memory_create(&lane->slots[slot], layout, odnn_machine.engine, DNNL_MEMORY_NONE));
  lane->arguments[lane->argument_count++] = (dnnl_exec_arg_t){name, lane->slots[slot]};
  return dnnl_success;
}

static dnnl_status_t prepare_lane(
    struct lane *lane, const odnn_fused_shape *s, const struct layouts *l, layout_ref chosen,
    layout_ref scratch) {
  TRY(dnnl_stream_create(&lane->stream, odnn_machine.engine, dnnl_stream_default_flags));
  TRY(add_argument(lane, source_slot, DNNL_ARG_SRC, ref(&l->source)));
  TRY(add_argument(lane, weights_slot, DNNL_ARG_WEIGHTS, chosen));
  TRY(add_argument(lane, target_slot, DNNL_ARG_DST, ref(&l->target)));
  if (s->shape.has_bias) TRY(add_argument(lane, bias_slot, DNNL_ARG_BIAS, ref(&l->bias)));
  return add_argument(lane, scratch_slot, DNNL_ARG_SCRATCHPAD, scratch);
}

static dnnl_status_t fill_in(
    fused_primitive *f, const odnn_fused_shape *s, const struct layouts *l, dnnl_primitive_desc_t d) {
  layout_ref chosen = dnnl_primitive_desc_query_md(d, dnnl_query_weights_md, 0);
  layout_ref scratch = dnnl_primitive_desc_query_md(d, dnnl_query_scratchpad_md, 0);
  TRY(dnnl_primitive_create(&f->run, d));
  TRY(copy(&f->plain, ref(&l->plain)));
  TRY(copy(&f->chosen, chosen));
  f->scratch_count = (dnnl_memory_desc_get_size(scratch) + 3) / 4;
  if (!dnnl_memory_desc_equal(ref(&l->plain), chosen))
    f->packed_count = (dnnl_memory_desc_get_size(chosen) + 3) / 4;
  for (int i = 0; i < f->lane_count; i++)
    TRY(prepare_lane(&f->lanes[i], s, l, chosen, scratch));
  return dnnl_success;
}

static dnnl_status_t build(fused_primitive *f, const odnn_fused_shape *s, struct layouts *l) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t d = NULL;
  dnnl_status_t status = make_attributes(s, &attributes);
  if (status == dnnl_success) status = describe_arguments(s, l);
  if (status == dnnl_success) status = describe_run(s, l, attributes, &d);
  if (status == dnnl_success) status = fill_in(f, s, l, d);
  if (d) dnnl_primitive_desc_destroy(d);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

static size_t target_count(const odnn_fused_shape *f) {
  const odnn_convolution_shape *s = &f->shape;
  return (size_t)(s->batch * s->out_channels * (f->is_dense ? 1 : s->out_height * s->out_width));
}

int odnn_create_primitive(const odnn_fused_shape *shape, fused_primitive *f) {
  f->threads = shape->threads;
  f->adds = shape->adds;
  f->target_count = target_count(shape);
  f->lane_count = shape->lanes;
  f->lanes = calloc(shape->lanes, sizeof *f->lanes);
  odnn_adopt_threads(shape->threads);
  struct layouts l = {0};
  dnnl_status_t status = f->lanes ? build(f, shape, &l) : dnnl_out_of_memory;
  release_all(&l);
  return status;
}

static void destroy_lane(struct lane *lane) {
  if (lane->stream) dnnl_stream_destroy(lane->stream);
  for (int i = 0; i < slot_count; i++)
    if (lane->slots[i]) dnnl_memory_destroy(lane->slots[i]);
}

void odnn_destroy_primitive(fused_primitive *f) {
  if (f->run) dnnl_primitive_destroy(f->run);
  for (int i = 0; f->lanes && i < f->lane_count; i++) destroy_lane(&f->lanes[i]);
  free(f->lanes);
  release(&f->plain);
  release(&f->chosen);
}

static dnnl_status_t reorder(dnnl_memory_t from, dnnl_memory_t to, layout_ref plain,
                             layout_ref chosen, dnnl_stream_t stream) {
  dnnl_primitive_desc_t d = NULL;
  dnnl_primitive_t run = NULL;
  TRY(dnnl_reorder_primitive_desc_create(&d, plain, odnn_machine.engine, chosen, odnn_machine.engine, NULL));
  dnnl_status_t status = dnnl_primitive_create(&run, d);
  dnnl_exec_arg_t arguments[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  if (status == dnnl_success) status = dnnl_primitive_execute(run, stream, 2, arguments);
  if (status == dnnl_success) status = dnnl_stream_wait(stream);
  if (run) dnnl_primitive_destroy(run);
  dnnl_primitive_desc_destroy(d);
  return status;
}

int odnn_pack_primitive(const fused_primitive *f, const float *plain, float *packed) {
  odnn_adopt_threads(1);
  dnnl_memory_t from = NULL, to = NULL;
  dnnl_status_t status =
      dnnl_memory_create(&from, ref(&f->plain), odnn_machine.engine, (void *)plain);
  if (status == dnnl_success)
    status = dnnl_memory_create(&to, ref(&f->chosen), odnn_machine.engine, packed);
  if (status == dnnl_success)
    status = reorder(from, to, ref(&f->plain), ref(&f->chosen), f->lanes[0].stream);
  if (from) dnnl_memory_destroy(from);
  if (to) dnnl_memory_destroy(to);
  return status;
}

int odnn_set_primitive_weights(fused_primitive *f, float *weights, float *bias) {
  for (int i = 0; i < f->lane_count; i++) {
    struct lane *lane = &f->lanes[i];
    TRY(dnnl_memory_set_data_handle(lane->slots[weights_slot], weights));
    if (lane->slots[bias_slot])
      TRY(dnnl_memory_set_data_handle(lane->slots[bias_slot], bias));
  }
  return dnnl_success;
}

int odnn_run_primitive(
    fused_primitive *f, int lane_index, const float *source, const float *addend, float *target,
    float *scratch) {
  if (f->adds && addend != target) memcpy(target, addend, sizeof(float) * f->target_count);
  struct lane *lane = &f->lanes[lane_index];
  odnn_adopt_threads(f->threads);
  TRY(dnnl_memory_set_data_handle(lane->slots[source_slot], (void *)source));
  TRY(dnnl_memory_set_data_handle(lane->slots[target_slot], target));
  TRY(dnnl_memory_set_data_handle(lane->slots[scratch_slot], scratch));
  TRY(dnnl_primitive_execute(f->run, lane->stream, lane->argument_count, lane->arguments));
  return dnnl_stream_wait(lane->stream);
}
