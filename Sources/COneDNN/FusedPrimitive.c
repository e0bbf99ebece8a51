#include "FusedPrimitive.h"

#include <stdlib.h>
#include <string.h>

static dnnl_status_t add_argument(struct lane *lane, int slot, int name, layout_ref layout) {
  TRY(dnnl_memory_create(&lane->slots[slot], layout, odnn_machine.engine, DNNL_MEMORY_NONE));
  lane->arguments[lane->argument_count++] = (dnnl_exec_arg_t){name, lane->slots[slot]};
  return dnnl_success;
}

static dnnl_status_t prepare_lane(
    struct lane *lane, const odnn_fused_shape *s, const struct fused_layouts *l, layout_ref chosen,
    layout_ref scratch) {
  TRY(dnnl_stream_create(&lane->stream, odnn_machine.engine, dnnl_stream_default_flags));
  TRY(add_argument(lane, source_slot, DNNL_ARG_SRC, ref(&l->source)));
  TRY(add_argument(lane, weights_slot, DNNL_ARG_WEIGHTS, chosen));
  TRY(add_argument(lane, target_slot, DNNL_ARG_DST, ref(&l->target)));
  if (s->shape.has_bias) TRY(add_argument(lane, bias_slot, DNNL_ARG_BIAS, ref(&l->bias)));
  return add_argument(lane, scratch_slot, DNNL_ARG_SCRATCHPAD, scratch);
}

static dnnl_status_t fill_in(
    fused_primitive *f, const odnn_fused_shape *s, const struct fused_layouts *l,
    dnnl_primitive_desc_t d) {
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

static dnnl_status_t build(fused_primitive *f, const odnn_fused_shape *s, struct fused_layouts *l) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t d = NULL;
  dnnl_status_t status = odnn_fused_attributes(s, &attributes);
  if (status == dnnl_success) status = odnn_fused_layouts(s, l);
  if (status == dnnl_success) status = odnn_fused_describe(s, l, attributes, &d);
  if (status == dnnl_success) status = fill_in(f, s, l, d);
  if (d) dnnl_primitive_desc_destroy(d);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

static size_t target_count(const odnn_fused_shape *f) {
  const odnn_convolution_shape *s = &f->shape;
  return (size_t)(s->batch * s->out_channels * (f->is_dense ? 1 : s->out_height * s->out_width));
}

static int is_share(const fused_primitive *f) { return f->count < f->outputs; }

/// What outputs that are computed by themselves take of the scratch memory, in whole lines.
static size_t share_count(const fused_primitive *f) {
  return is_share(f) ? (f->target_count + 15) / 16 * 16 : 0;
}

/// The layer with the outputs alone that are computed.
static odnn_fused_shape take_outputs(fused_primitive *f, const odnn_fused_shape *whole) {
  odnn_fused_shape own = *whole;
  const odnn_convolution_shape *s = &whole->shape;
  f->outputs = f->count = s->out_channels;
  if (whole->is_dense || whole->end_output == 0) return own;
  f->first = whole->first_output;
  f->count = own.shape.out_channels = whole->end_output - f->first;
  f->output_weights = s->in_channels * s->kernel_height * s->kernel_width;
  f->pixels = s->batch * s->out_height * s->out_width;
  return own;
}

int odnn_create_primitive(const odnn_fused_shape *whole, fused_primitive *f) {
  odnn_fused_shape shape = take_outputs(f, whole);
  if (is_share(f) && (shape.adds || shape.shape.groups > 1)) return dnnl_unimplemented;
  f->threads = shape.threads;
  f->adds = shape.adds;
  f->target_count = target_count(&shape);
  f->lane_count = shape.lanes;
  f->lanes = calloc(shape.lanes, sizeof *f->lanes);
  odnn_adopt_threads(shape.threads);
  struct fused_layouts l = {0};
  dnnl_status_t status = f->lanes ? build(f, &shape, &l) : dnnl_out_of_memory;
  odnn_release_layouts(&l);
  f->scratch_count += share_count(f);
  return status;
}

int odnn_same_primitive_layout(const fused_primitive *a, const fused_primitive *b) {
  return a->first == b->first && a->count == b->count &&
         dnnl_memory_desc_equal(ref(&a->chosen), ref(&b->chosen));
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
  TRY(dnnl_reorder_primitive_desc_create(
      &d, plain, odnn_machine.engine, chosen, odnn_machine.engine, NULL));
  dnnl_status_t status = dnnl_primitive_create(&run, d);
  dnnl_exec_arg_t arguments[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  if (status == dnnl_success) status = dnnl_primitive_execute(run, stream, 2, arguments);
  if (status == dnnl_success) status = dnnl_stream_wait(stream);
  if (run) dnnl_primitive_destroy(run);
  dnnl_primitive_desc_destroy(d);
  return status;
}

/// Where the weights of the outputs begin that are computed, in the plain layout.
static const float *own_weights(const fused_primitive *f, const float *plain) {
  return plain + f->first * f->output_weights;
}

int odnn_pack_primitive(const fused_primitive *f, const float *plain, float *packed) {
  odnn_adopt_threads(1);
  dnnl_memory_t from = NULL, to = NULL;
  dnnl_status_t status =
      dnnl_memory_create(&from, ref(&f->plain), odnn_machine.engine, (void *)own_weights(f, plain));
  if (status == dnnl_success)
    status = dnnl_memory_create(&to, ref(&f->chosen), odnn_machine.engine, packed);
  if (status == dnnl_success)
    status = reorder(from, to, ref(&f->plain), ref(&f->chosen), f->lanes[0].stream);
  if (from) dnnl_memory_destroy(from);
  if (to) dnnl_memory_destroy(to);
  return status;
}

int odnn_set_primitive_weights(fused_primitive *f, float *weights, float *bias) {
  if (f->packed_count == 0) weights = (float *)own_weights(f, weights);
  if (bias) bias += f->first;
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
  float *own = is_share(f) ? scratch : target;
  odnn_adopt_threads(f->threads);
  TRY(dnnl_memory_set_data_handle(lane->slots[source_slot], (void *)source));
  TRY(dnnl_memory_set_data_handle(lane->slots[target_slot], own));
  TRY(dnnl_memory_set_data_handle(lane->slots[scratch_slot], scratch + share_count(f)));
  TRY(dnnl_primitive_execute(f->run, lane->stream, lane->argument_count, lane->arguments));
  TRY(dnnl_stream_wait(lane->stream));
  if (is_share(f))
    odnn_copy_columns(own, f->count, f->pixels, f->count, target + f->first, f->outputs);
  return dnnl_success;
}
