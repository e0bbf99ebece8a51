#include "Convolution.h"

#include <stdlib.h>

// Who computes a convolution: oneDNN as one primitive, oneDNN in shares of the batch, or our own
// transformed tiles.

int64_t odnn_convolution_multiply_adds(const odnn_convolution_shape *s) {
  return s->batch * s->out_height * s->out_width * s->out_channels * s->kernel_height *
         s->kernel_width * (s->in_channels / s->groups);
}

int odnn_convolution_create(
    const odnn_convolution_shape *shape, odnn_direction direction, odnn_convolution **result) {
  TRY(odnn_start_machine());
  int threads = odnn_threads_for(odnn_convolution_multiply_adds(shape));
  int is_shared = direction == odnn_backward_weights && threads > 1 && threads <= most_shares &&
                  shape->batch % threads == 0;
  if (odnn_suits_winograd(shape, direction))
    return odnn_create_transformed(shape, direction, threads, result);
  return is_shared ? odnn_create_shares(shape, threads, result)
                   : odnn_create_whole(shape, direction, threads, result);
}

void odnn_convolution_destroy(odnn_convolution *c) {
  if (c->shares)
    for (int i = 0; i < c->shares->count; i++) odnn_convolution_destroy(c->shares->each[i]);
  free(c->shares);
  free(c->winograd);
  if (c->stream) dnnl_stream_destroy(c->stream);
  if (c->run) dnnl_primitive_destroy(c->run);
  if (c->reorder) dnnl_primitive_destroy(c->reorder);
  for (int i = 0; i < slot_count; i++)
    if (c->slots[i]) dnnl_memory_destroy(c->slots[i]);
  if (c->plain_weights) dnnl_memory_destroy(c->plain_weights);
  if (c->reorder_scratch) dnnl_memory_destroy(c->reorder_scratch);
  free(c);
}

size_t odnn_convolution_packed_count(const odnn_convolution *c) { return c->packed_count; }

int odnn_convolution_layout(const odnn_convolution *c) { return c->layout; }

size_t odnn_convolution_scratch_count(const odnn_convolution *c) { return c->scratch_count; }

int odnn_convolution_pack(
    odnn_convolution *c, const float *oihw, float *packed, float *scratch) {
  return c->winograd ? odnn_pack_transformed(c, oihw, packed)
                     : odnn_pack_whole(c, oihw, packed, scratch);
}

int odnn_convolution_unpack(
    odnn_convolution *c, const float *packed, float *oihw, float *scratch) {
  return odnn_unpack_whole(c->shares ? c->shares->each[0] : c, packed, oihw, scratch);
}

int odnn_convolution_run(
    odnn_convolution *c, float *source, float *weights, float *bias, float *target,
    float *scratch) {
  if (c->winograd) return odnn_run_transformed(c, source, weights, bias, target, scratch);
  return c->shares ? odnn_run_shares(c->shares, source, weights, bias, target, scratch)
                   : odnn_run_whole(c, source, weights, bias, target, scratch);
}
