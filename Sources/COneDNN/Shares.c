#include "Convolution.h"

#include <stdatomic.h>
#include <stdlib.h>

// On several threads oneDNN's weight gradients meet at a barrier inside the kernel and spin there,
// for milliseconds where another process has one of the cores. So each thread gets a share of the
// batch and its own sums, which are added up afterwards, always in the same order.

/// So many floats in whole cache lines.
static size_t whole_lines(size_t count) { return (count + 15) / 16 * 16; }

int odnn_create_shares(
    const odnn_convolution_shape *shape, int count, odnn_convolution **result) {
  odnn_convolution *c = calloc(1, sizeof *c);
  struct shares *shares = c ? calloc(1, sizeof *shares) : NULL;
  if (!shares) {
    free(c);
    return dnnl_out_of_memory;
  }
  c->shares = shares;
  odnn_convolution_shape part = *shape;
  part.batch /= count;
  size_t size = shape->is_bfloat16 ? sizeof(uint16_t) : sizeof(float);
  shares->source_step = size * part.batch * part.height * part.width * part.in_channels;
  shares->target_step =
      size * part.batch * part.out_height * part.out_width * part.out_channels;
  shares->bias_count = part.has_bias ? part.out_channels : 0;
  int status = dnnl_success;
  while (status == dnnl_success && shares->count < count) {
    status = odnn_create_whole(&part, odnn_backward_weights, 1, &shares->each[shares->count]);
    if (status == dnnl_success)
      status = dnnl_stream_create(
          &shares->each[shares->count++]->stream, odnn_machine.engine, dnnl_stream_default_flags);
  }
  if (status != dnnl_success) {
    odnn_convolution_destroy(c);
    return status;
  }
  const odnn_convolution *first = shares->each[0];
  c->packed_count = first->packed_count;
  c->layout = first->layout;
  c->threads = 1;
  c->scratch_count =
      count * first->scratch_count +
      (count - 1) * (whole_lines(first->weights_count) + whole_lines(shares->bias_count));
  *result = c;
  return dnnl_success;
}

struct shares_job {
  const struct shares *shares;
  float *source, *target, *weights[most_shares], *bias[most_shares], *scratch[most_shares];
  _Atomic int status;
};

static float *at(float *array, size_t bytes) { return (float *)((char *)array + bytes); }

static void run_share(void *context, int64_t i) {
  struct shares_job *job = context;
  const struct shares *s = job->shares;
  int status = odnn_run_whole(
      s->each[i], at(job->source, i * s->source_step), job->weights[i], job->bias[i],
      at(job->target, i * s->target_step), job->scratch[i]);
  if (status) atomic_store(&job->status, status);
}

int odnn_run_shares(
    const struct shares *s, float *source, float *weights, float *bias, float *target,
    float *scratch) {
  size_t count = s->each[0]->weights_count;
  struct shares_job job = {
      .shares = s, .source = source, .target = target, .weights = {weights}, .bias = {bias}};
  for (int i = 0; i < s->count; i++) {
    job.scratch[i] = scratch;
    scratch += s->each[0]->scratch_count;
    if (i == 0) continue;
    job.weights[i] = scratch;
    job.bias[i] = bias ? scratch + whole_lines(count) : NULL;
    scratch += whole_lines(count) + whole_lines(s->bias_count);
  }
  odnn_for_each(s->count, INT64_MAX, &job, run_share);
  for (int i = 1; i < s->count; i++) {
    odnn_accumulate(job.weights[i], 1, weights, count);
    if (bias) odnn_accumulate(job.bias[i], 1, bias, s->bias_count);
  }
  return atomic_load(&job.status);
}

