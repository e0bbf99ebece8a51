#pragma once

#include "Convolution.h"

// A layer of inference as a primitive of oneDNN.

/// One lane's memory handles, and the arguments that name them.
struct lane {
  dnnl_stream_t stream;
  dnnl_memory_t slots[slot_count];
  dnnl_exec_arg_t arguments[slot_count];
  int argument_count;
};

typedef struct {
  size_t target_count;
  int adds;
  dnnl_primitive_t run;
  layout plain, chosen;
  struct lane *lanes;
  int lane_count, threads;
  size_t packed_count, scratch_count;
} fused_primitive;

/// What it has made is destroyed by the caller, also where it fails.
int odnn_create_primitive(const odnn_fused_shape *shape, fused_primitive *f);
void odnn_destroy_primitive(fused_primitive *f);
int odnn_pack_primitive(const fused_primitive *f, const float *plain, float *packed);
int odnn_set_primitive_weights(fused_primitive *f, float *weights, float *bias);
int odnn_run_primitive(
    fused_primitive *f, int lane, const float *source, const float *addend, float *target,
    float *scratch);
