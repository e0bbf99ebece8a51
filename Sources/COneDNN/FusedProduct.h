#pragma once

#include "COneDNN.h"

// A dense layer of inference, or a convolution that is one, made of tiles.

typedef struct {
  int64_t rows, inputs, outputs;
  /// The outputs that are computed: some panels of them.
  int64_t first, end;
  int32_t adds, after;
  const float *weights, *bias;
} fused_product;

/// Whether it can be made of tiles here.
int odnn_is_product(const odnn_fused_shape *shape);
fused_product odnn_describe_product(const odnn_fused_shape *shape);
size_t odnn_product_packed_count(const fused_product *p);
/// From outputs × inputs into panels.
void odnn_pack_product(const fused_product *p, const float *plain, float *packed);
void odnn_run_product(
    const fused_product *p, const float *source, const float *addend, float *target);
