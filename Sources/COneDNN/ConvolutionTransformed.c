#include "Convolution.h"

#include <math.h>
#include <stdlib.h>

// Numbers of the layouts of transformed weights, beside oneDNN's from 0 on.
enum { forward_layout = -1, backward_layout = -2 };

int odnn_create_transformed(
    const odnn_convolution_shape *shape, odnn_direction direction, int threads,
    odnn_convolution **result) {
  odnn_convolution *c = calloc(1, sizeof *c);
  struct winograd *w = c ? malloc(sizeof *w) : NULL;
  if (!w) {
    free(c);
    return dnnl_out_of_memory;
  }
  *w = odnn_describe_winograd(shape, direction);
  c->winograd = w;
  c->direction = direction;
  c->threads = threads;
  c->scratch_count = odnn_winograd_scratch_count(w, direction, threads);
  if (direction == odnn_backward_weights) {
    size_t sums = odnn_channel_scratch(w->batch * w->out_height * w->out_width, w->outputs);
    if (sums > c->scratch_count) c->scratch_count = sums;
  } else {
    c->layout = direction == odnn_forward ? forward_layout : backward_layout;
    c->packed_count = odnn_winograd_packed_count(w);
  }
  *result = c;
  return dnnl_success;
}

int odnn_pack_transformed(odnn_convolution *c, const float *oihw, float *packed) {
  odnn_pack_winograd(c->winograd, c->direction, oihw, packed);
  return dnnl_success;
}

int odnn_run_transformed(
    odnn_convolution *c, float *source, float *weights, float *bias, float *target,
    float *scratch) {
  const struct winograd *w = c->winograd;
  switch (c->direction) {
  case odnn_forward:
    odnn_run_winograd(
        w, source, weights, (struct winograd_end){bias, NULL, -INFINITY}, target, c->threads,
        scratch);
    break;
  case odnn_backward_data:
    odnn_run_winograd(
        w, target, weights, (struct winograd_end){NULL, NULL, -INFINITY}, source, c->threads,
        scratch);
    break;
  default:
    odnn_winograd_weights(w, source, target, weights, c->threads, scratch);
    if (bias)
      odnn_channel_sums(
          target, w->batch * w->out_height * w->out_width, w->outputs, bias, scratch);
  }
  return dnnl_success;
}
