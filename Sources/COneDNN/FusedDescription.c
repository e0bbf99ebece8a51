#include "FusedPrimitive.h"

// What oneDNN is told of a layer of inference.

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

dnnl_status_t odnn_fused_attributes(const odnn_fused_shape *s, dnnl_primitive_attr_t *result) {
  TRY(dnnl_primitive_attr_create(result));
  TRY(dnnl_primitive_attr_set_scratchpad_mode(*result, dnnl_scratchpad_mode_user));
  dnnl_post_ops_t p = NULL;
  TRY(dnnl_post_ops_create(&p));
  dnnl_status_t status = add_post_operations(s, p);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*result, p);
  dnnl_post_ops_destroy(p);
  return status;
}

static dnnl_status_t describe_dense(const odnn_convolution_shape *s, struct fused_layouts *l) {
  dnnl_dims_t source = {s->batch, s->in_channels}, target = {s->batch, s->out_channels};
  dnnl_dims_t weights = {s->out_channels, s->in_channels};
  dnnl_data_type_t factor = s->is_bfloat16 ? dnnl_bf16 : dnnl_f32;
  TRY(describe_as(&l->source, 2, source, factor, dnnl_ab));
  TRY(describe(&l->target, 2, target, dnnl_ab));
  TRY(describe_as(&l->weights, 2, weights, factor, dnnl_format_tag_any));
  return describe(&l->plain, 2, weights, dnnl_ab);
}

static dnnl_status_t describe_images(const odnn_convolution_shape *s, struct fused_layouts *l) {
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

dnnl_status_t odnn_fused_layouts(const odnn_fused_shape *s, struct fused_layouts *l) {
  dnnl_dims_t bias = {s->shape.out_channels};
  TRY(describe(&l->bias, 1, bias, dnnl_x));
  return s->is_dense ? describe_dense(&s->shape, l) : describe_images(&s->shape, l);
}

void odnn_release_layouts(struct fused_layouts *l) {
  release(&l->source);
  release(&l->target);
  release(&l->bias);
  release(&l->weights);
  release(&l->plain);
}

static dnnl_status_t describe_dense_run(
    const odnn_fused_shape *f, const struct fused_layouts *l, dnnl_primitive_attr_t attributes,
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

dnnl_status_t odnn_fused_describe(
    const odnn_fused_shape *f, const struct fused_layouts *l, dnnl_primitive_attr_t attributes,
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
