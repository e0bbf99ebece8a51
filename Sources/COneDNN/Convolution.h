#pragma once

#include "Layout.h"
#include "Winograd.h"

enum { source_slot, weights_slot, bias_slot, target_slot, scratch_slot, slot_count };

struct odnn_convolution {
  dnnl_primitive_t run, reorder;
  dnnl_memory_t slots[slot_count], plain_weights, reorder_scratch;
  dnnl_exec_arg_t arguments[slot_count];
  int argument_count, threads, layout;
  size_t packed_count, scratch_count, weights_count;
  dnnl_stream_t stream;
  struct shares *shares;
  struct winograd *winograd;
  odnn_direction direction;
};

enum { most_shares = 8 };
struct shares {
  int count;
  odnn_convolution *each[most_shares];
  /// Bytes from one share's arrays to the next one's.
  size_t source_step, target_step, bias_count;
};

extern struct odnn_machine {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_primitive_attr_t attributes;
  dnnl_status_t status;
} odnn_machine;

/// Makes the machine ready, once.
int odnn_start_machine(void);

// A convolution as one primitive (ConvolutionPrimitive.c).
int odnn_create_whole(
    const odnn_convolution_shape *shape, odnn_direction direction, int threads,
    odnn_convolution **result);
int odnn_pack_whole(odnn_convolution *c, const float *oihw, float *packed, float *scratch);
int odnn_unpack_whole(odnn_convolution *c, const float *packed, float *oihw, float *scratch);
int odnn_run_whole(
    odnn_convolution *c, float *source, float *weights, float *bias, float *target, float *scratch);

// A convolution in transformed tiles (ConvolutionTransformed.c).
int odnn_create_transformed(
    const odnn_convolution_shape *shape, odnn_direction direction, int threads,
    odnn_convolution **result);
int odnn_pack_transformed(odnn_convolution *c, const float *oihw, float *packed);
int odnn_run_transformed(
    odnn_convolution *c, float *source, float *weights, float *bias, float *target, float *scratch);

// A weight gradient in as many shares of the batch as there are threads (Shares.c).
int odnn_create_shares(const odnn_convolution_shape *shape, int count, odnn_convolution **result);
int odnn_run_shares(
    const struct shares *s, float *source, float *weights, float *bias, float *target,
    float *scratch);
