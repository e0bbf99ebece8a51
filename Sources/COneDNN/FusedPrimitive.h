#pragma once

#include "Convolution.h"

// A layer of inference as a primitive of oneDNN. Of a convolution it may compute some outputs only:
// beside each other in scratch memory, for oneDNN leaves no room between pixels, and copied from there.

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
  /// The outputs that are computed of `outputs`, and what each has of weights and of pixels.
  int64_t first, count, outputs, output_weights, pixels;
  dnnl_primitive_t run;
  layout plain, chosen;
  struct lane *lanes;
  int lane_count, threads;
  size_t packed_count, scratch_count;
} fused_primitive;

/// What it has made is destroyed by the caller, also where it fails.
int odnn_create_primitive(const odnn_fused_shape *shape, fused_primitive *f);
void odnn_destroy_primitive(fused_primitive *f);
/// Whether both compute the same outputs and want their weights in the same layout.
int odnn_same_primitive_layout(const fused_primitive *a, const fused_primitive *b);
int odnn_pack_primitive(const fused_primitive *f, const float *plain, float *packed);
int odnn_set_primitive_weights(fused_primitive *f, float *weights, float *bias);
int odnn_run_primitive(
    fused_primitive *f, int lane, const float *source, const float *addend, float *target,
    float *scratch);

// MARK: What oneDNN is told (FusedDescription.c)

struct fused_layouts {
  layout source, weights, plain, bias, target;
};

dnnl_status_t odnn_fused_layouts(const odnn_fused_shape *shape, struct fused_layouts *l);
void odnn_release_layouts(struct fused_layouts *l);
dnnl_status_t odnn_fused_attributes(const odnn_fused_shape *shape, dnnl_primitive_attr_t *result);
dnnl_status_t odnn_fused_describe(
    const odnn_fused_shape *shape, const struct fused_layouts *l, dnnl_primitive_attr_t attributes,
    dnnl_primitive_desc_t *result);
