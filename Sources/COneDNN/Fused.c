#include "FusedPrimitive.h"
#include "FusedProduct.h"
#include "Winograd.h"

#include <math.h>
#include <stdlib.h>

// Who computes a layer of inference: tiles of a product, transformed tiles, or oneDNN.

struct odnn_fused {
  enum { by_primitive, by_product, by_winograd } by;
  fused_primitive primitive;
  fused_product product;
  struct {
    struct winograd shape;
    const float *weights, *bias;
    int adds, threads;
    float least;
  } winograd;
  size_t packed_count, scratch_count;
};

int odnn_shares_outputs(void) { return odnn_has_tiles(); }

int odnn_fused_transforms(const odnn_fused_shape *f) {
  return !f->is_dense && (f->after == odnn_after_nothing || f->after == odnn_after_relu) &&
         odnn_suits_fused_winograd(&f->shape);
}

static void prepare_product(odnn_fused *f, const odnn_fused_shape *shape) {
  f->by = by_product;
  f->product = odnn_describe_product(shape);
  f->packed_count = odnn_product_packed_count(&f->product);
}

static void prepare_winograd(odnn_fused *f, const odnn_fused_shape *shape) {
  f->by = by_winograd;
  struct winograd *w = &f->winograd.shape;
  *w = odnn_describe_winograd(&shape->shape, odnn_forward);
  w->above = shape->padding_above;
  f->winograd.adds = shape->adds;
  f->winograd.threads = shape->threads;
  f->winograd.least = shape->after == odnn_after_relu ? 0 : -INFINITY;
  f->packed_count = odnn_winograd_packed_count(w);
  f->scratch_count = odnn_winograd_scratch_count(w, odnn_forward, shape->threads);
}

static int prepare_primitive(odnn_fused *f, const odnn_fused_shape *shape) {
  f->by = by_primitive;
  TRY(odnn_create_primitive(shape, &f->primitive));
  f->packed_count = f->primitive.packed_count;
  f->scratch_count = f->primitive.scratch_count;
  return 0;
}

int odnn_fused_create(const odnn_fused_shape *shape, odnn_fused **result) {
  TRY(odnn_start_machine());
  odnn_fused *f = calloc(1, sizeof *f);
  if (!f) return dnnl_out_of_memory;
  int status = 0;
  if (odnn_is_product(shape))
    prepare_product(f, shape);
  else if (shape->transforms)
    prepare_winograd(f, shape);
  else
    status = prepare_primitive(f, shape);
  if (status) {
    odnn_fused_destroy(f);
    return status;
  }
  *result = f;
  return 0;
}

void odnn_fused_destroy(odnn_fused *f) {
  odnn_destroy_primitive(&f->primitive);
  free(f);
}

size_t odnn_fused_packed_count(const odnn_fused *f) { return f->packed_count; }

size_t odnn_fused_scratch_count(const odnn_fused *f) { return f->scratch_count; }

int odnn_fused_same_layout(const odnn_fused *a, const odnn_fused *b) {
  if (a->by != b->by) return 0;
  switch (a->by) {
  case by_product:
    return a->product.inputs == b->product.inputs && a->product.outputs == b->product.outputs;
  case by_winograd: return a->packed_count == b->packed_count;
  default: return odnn_same_primitive_layout(&a->primitive, &b->primitive);
  }
}

int odnn_fused_pack(const odnn_fused *f, const float *plain, float *packed) {
  switch (f->by) {
  case by_product: odnn_pack_product(&f->product, plain, packed); return 0;
  case by_winograd: odnn_pack_winograd(&f->winograd.shape, odnn_forward, plain, packed); return 0;
  default: return odnn_pack_primitive(&f->primitive, plain, packed);
  }
}

int odnn_fused_set_weights(odnn_fused *f, float *weights, float *bias) {
  f->product.weights = f->winograd.weights = weights;
  f->product.bias = f->winograd.bias = bias;
  return f->by == by_primitive ? odnn_set_primitive_weights(&f->primitive, weights, bias) : 0;
}

static void run_winograd(
    const odnn_fused *f, const float *source, const float *addend, float *target,
    float *scratch) {
  struct winograd_end end = {
      f->winograd.bias, f->winograd.adds ? addend : NULL, f->winograd.least};
  odnn_run_winograd(
      &f->winograd.shape, source, f->winograd.weights, end, target, f->winograd.threads, scratch);
}

int odnn_fused_run(
    odnn_fused *f, int lane, const float *source, const float *addend, float *target,
    float *scratch) {
  switch (f->by) {
  case by_product: odnn_run_product(&f->product, source, addend, target); return 0;
  case by_winograd: run_winograd(f, source, addend, target, scratch); return 0;
  default: return odnn_run_primitive(&f->primitive, lane, source, addend, target, scratch);
  }
}
