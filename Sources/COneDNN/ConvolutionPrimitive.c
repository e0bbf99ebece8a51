#include "Convolution.h"

#include <pthread.h>
#include <stdlib.h>

struct odnn_machine odnn_machine;
static pthread_once_t machine_once = PTHREAD_ONCE_INIT;

static dnnl_status_t start(void) {
  TRY(dnnl_engine_create(&odnn_machine.engine, dnnl_cpu, 0));
  TRY(dnnl_stream_create(&odnn_machine.stream, odnn_machine.engine, dnnl_stream_default_flags));
  TRY(dnnl_primitive_attr_create(&odnn_machine.attributes));
  // The library's own scratch memory belongs to the thread that creates a primitive; ours is handed
  // in, so that a primitive may run on another thread than the one that needed it first.
  return dnnl_primitive_attr_set_scratchpad_mode(
      odnn_machine.attributes, dnnl_scratchpad_mode_user);
}

static void start_machine(void) { odnn_machine.status = start(); }

int odnn_start_machine(void) {
  pthread_once(&machine_once, start_machine);
  return odnn_machine.status;
}

// Weight layouts seen so far; the number of one is its place here.
static struct {
  layout *items;
  int count;
  pthread_mutex_t lock;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

static dnnl_status_t find_or_add(layout_ref l, int *number) {
  for (*number = 0; *number < known.count; ++*number)
    if (dnnl_memory_desc_equal(ref(&known.items[*number]), l)) return dnnl_success;
  layout *grown = realloc(known.items, sizeof(layout) * (known.count + 1));
  if (!grown) return dnnl_out_of_memory;
  known.items = grown;
  dnnl_status_t status = copy(&known.items[known.count], l);
  if (status == dnnl_success) known.count++;
  return status;
}

static dnnl_status_t number_of(layout_ref l, int *number) {
  pthread_mutex_lock(&known.lock);
  dnnl_status_t status = find_or_add(l, number);
  pthread_mutex_unlock(&known.lock);
  return status;
}

/// The four layouts as the model has them, with oneDNN free to choose the weights'.
struct layouts {
  layout source, weights, plain_weights, bias, target;
};

static dnnl_status_t describe_all(
    const odnn_convolution_shape *s, odnn_direction direction, struct layouts *l) {
  // What is multiplied may be bfloat16; sums are floats.
  dnnl_data_type_t factor = s->is_bfloat16 ? dnnl_bf16 : dnnl_f32;
  dnnl_dims_t source = {s->batch, s->in_channels, s->height, s->width};
  dnnl_dims_t target = {s->batch, s->out_channels, s->out_height, s->out_width};
  dnnl_dims_t bias = {s->out_channels};
  int grouped = s->groups > 1;
  dnnl_dims_t weights = {s->out_channels, s->in_channels, s->kernel_height, s->kernel_width};
  dnnl_dims_t grouped_weights = {
      s->groups, s->out_channels / s->groups, s->in_channels / s->groups, s->kernel_height,
      s->kernel_width};
  const dnnl_dim_t *w = grouped ? grouped_weights : weights;
  TRY(describe_as(
      &l->source, 4, source, direction == odnn_backward_data ? dnnl_f32 : factor, dnnl_nhwc));
  TRY(describe_as(
      &l->target, 4, target, direction == odnn_forward ? dnnl_f32 : factor, dnnl_nhwc));
  TRY(describe(&l->bias, 1, bias, dnnl_x));
  TRY(describe_as(
      &l->weights, 4 + grouped, w, direction == odnn_backward_weights ? dnnl_f32 : factor,
      dnnl_format_tag_any));
  return describe(&l->plain_weights, 4 + grouped, w, grouped ? dnnl_goihw : dnnl_oihw);
}

static void release_all(struct layouts *l) {
  release(&l->source);
  release(&l->target);
  release(&l->bias);
  release(&l->weights);
  release(&l->plain_weights);
}

static dnnl_status_t describe_primitive(
    const odnn_convolution_shape *s, odnn_direction direction, const struct layouts *l,
    dnnl_primitive_desc_t hint, dnnl_primitive_desc_t *result) {
  dnnl_dims_t strides = {s->stride, s->stride};
  dnnl_dims_t dilates = {s->dilation - 1, s->dilation - 1};
  dnnl_dims_t before = {s->padding, s->padding};
  // What follows the last window is cut off by a smaller padding: (in + p + q − window) / s + 1.
  dnnl_dims_t after = {
      (s->out_height - 1) * s->stride + s->dilation * (s->kernel_height - 1) + 1 - s->height -
          s->padding,
      (s->out_width - 1) * s->stride + s->dilation * (s->kernel_width - 1) + 1 - s->width -
          s->padding};
  layout_ref bias = s->has_bias ? ref(&l->bias) : NULL;
  layout_ref source = ref(&l->source), weights = ref(&l->weights), target = ref(&l->target);
#if DNNL_VERSION_MAJOR >= 3
  switch (direction) {
  case odnn_forward:
    return dnnl_convolution_forward_primitive_desc_create(
        result, odnn_machine.engine, dnnl_forward_training, dnnl_convolution_direct, source, weights,
        bias, target, strides, dilates, before, after, odnn_machine.attributes);
  case odnn_backward_data:
    return dnnl_convolution_backward_data_primitive_desc_create(
        result, odnn_machine.engine, dnnl_convolution_direct, source, weights, target, strides, dilates,
        before, after, hint,
        odnn_machine.attributes);
  default:
    return dnnl_convolution_backward_weights_primitive_desc_create(
        result, odnn_machine.engine, dnnl_convolution_direct, source, weights, bias, target, strides,
        dilates, before, after, hint,
        odnn_machine.attributes);
  }
#else
  dnnl_convolution_desc_t d;
  switch (direction) {
  case odnn_forward:
    TRY(dnnl_dilated_convolution_forward_desc_init(
        &d, dnnl_forward_training, dnnl_convolution_direct, source, weights, bias, target, strides,
        dilates, before, after));
    break;
  case odnn_backward_data:
    TRY(dnnl_dilated_convolution_backward_data_desc_init(
        &d, dnnl_convolution_direct, source, weights, target, strides, dilates, before, after));
    break;
  default:
    TRY(dnnl_dilated_convolution_backward_weights_desc_init(
        &d, dnnl_convolution_direct, source, weights, bias, target, strides, dilates, before,
        after));
  }
  return dnnl_primitive_desc_create(result, &d, odnn_machine.attributes, odnn_machine.engine, hint);
#endif
}

static dnnl_status_t add_argument(
    odnn_convolution *c, int slot, int name, layout_ref layout) {
  TRY(dnnl_memory_create(&c->slots[slot], layout, odnn_machine.engine, DNNL_MEMORY_NONE));
  c->arguments[c->argument_count++] = (dnnl_exec_arg_t){name, c->slots[slot]};
  return dnnl_success;
}

/// Memory for what the primitive needs beside its arguments while it runs.
static dnnl_status_t add_scratch(
    odnn_convolution *c, const_dnnl_primitive_desc_t d, dnnl_memory_t *memory) {
  layout_ref scratch = dnnl_primitive_desc_query_md(d, dnnl_query_scratchpad_md, 0);
  size_t count = (dnnl_memory_desc_get_size(scratch) + 63) / 64 * 16;
  if (count > c->scratch_count) c->scratch_count = count;
  return dnnl_memory_create(memory, scratch, odnn_machine.engine, DNNL_MEMORY_NONE);
}

/// The reorder between plain OIHW and the layout that the primitive chose, if they differ.
static dnnl_status_t add_reorder(
    odnn_convolution *c, odnn_direction direction, layout_ref plain, layout_ref chosen) {
  if (dnnl_memory_desc_equal(plain, chosen)) return dnnl_success;
  TRY(number_of(chosen, &c->layout));
  c->packed_count = (dnnl_memory_desc_get_size(chosen) + 3) / 4;
  TRY(dnnl_memory_create(&c->plain_weights, plain, odnn_machine.engine, DNNL_MEMORY_NONE));
  int back = direction == odnn_backward_weights;
  dnnl_primitive_desc_t d = NULL;
  TRY(dnnl_reorder_primitive_desc_create(
      &d, back ? chosen : plain, odnn_machine.engine, back ? plain : chosen, odnn_machine.engine,
      odnn_machine.attributes));
  dnnl_status_t status = add_scratch(c, d, &c->reorder_scratch);
  if (status == dnnl_success) status = dnnl_primitive_create(&c->reorder, d);
  dnnl_primitive_desc_destroy(d);
  return status;
}

static dnnl_status_t fill_in(
    odnn_convolution *c, const odnn_convolution_shape *s, odnn_direction direction,
    const struct layouts *l, dnnl_primitive_desc_t d) {
  static const int names[3][4] = {
      {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST},
      {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, 0, DNNL_ARG_DIFF_DST},
      {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST}};
  int back = direction == odnn_backward_weights;
  layout_ref chosen =
      dnnl_primitive_desc_query_md(d, back ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0);
  TRY(dnnl_primitive_create(&c->run, d));
  c->weights_count = (dnnl_memory_desc_get_size(chosen) + 3) / 4;
  TRY(add_argument(c, source_slot, names[direction][source_slot], ref(&l->source)));
  TRY(add_argument(c, weights_slot, names[direction][weights_slot], chosen));
  TRY(add_argument(c, target_slot, names[direction][target_slot], ref(&l->target)));
  if (s->has_bias && direction != odnn_backward_data)
    TRY(add_argument(c, bias_slot, names[direction][bias_slot], ref(&l->bias)));
  TRY(add_scratch(c, d, &c->slots[scratch_slot]));
  c->arguments[c->argument_count++] =
      (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, c->slots[scratch_slot]};
  return add_reorder(c, direction, ref(&l->plain_weights), chosen);
}

/// What a backward pass wants to know of the forward pass.
static dnnl_status_t describe_hint(
    const odnn_convolution_shape *s, dnnl_primitive_desc_t *hint) {
  struct layouts l = {0};
  dnnl_status_t status = describe_all(s, odnn_forward, &l);
  if (status == dnnl_success) status = describe_primitive(s, odnn_forward, &l, NULL, hint);
  release_all(&l);
  return status;
}

static dnnl_status_t build(
    odnn_convolution *c, const odnn_convolution_shape *s, odnn_direction direction,
    const struct layouts *l) {
  dnnl_primitive_desc_t hint = NULL, d = NULL;
  if (direction != odnn_forward) TRY(describe_hint(s, &hint));
  dnnl_status_t status = describe_primitive(s, direction, l, hint, &d);
  if (hint) dnnl_primitive_desc_destroy(hint);
  if (status != dnnl_success) return status;
  status = fill_in(c, s, direction, l, d);
  dnnl_primitive_desc_destroy(d);
  return status;
}

int odnn_create_whole(
    const odnn_convolution_shape *shape, odnn_direction direction, int threads,
    odnn_convolution **result) {
  odnn_convolution *c = calloc(1, sizeof *c);
  if (!c) return dnnl_out_of_memory;
  c->threads = threads;
  odnn_adopt_threads(c->threads);
  struct layouts l = {0};
  dnnl_status_t status = describe_all(shape, direction, &l);
  if (status == dnnl_success) status = build(c, shape, direction, &l);
  release_all(&l);
  if (status != dnnl_success) {
    odnn_convolution_destroy(c);
    return status;
  }
  *result = c;
  return dnnl_success;
}

static dnnl_status_t reorder(
    odnn_convolution *c, dnnl_memory_t from, dnnl_memory_t to, float *plain, float *packed,
    float *scratch) {
  odnn_adopt_threads(c->threads);
  TRY(dnnl_memory_set_data_handle(c->plain_weights, plain));
  TRY(dnnl_memory_set_data_handle(c->slots[weights_slot], packed));
  TRY(dnnl_memory_set_data_handle(c->reorder_scratch, scratch));
  dnnl_exec_arg_t arguments[3] = {
      {DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}, {DNNL_ARG_SCRATCHPAD, c->reorder_scratch}};
  TRY(dnnl_primitive_execute(c->reorder, odnn_machine.stream, 3, arguments));
  return dnnl_stream_wait(odnn_machine.stream);
}

int odnn_pack_whole(
    odnn_convolution *c, const float *oihw, float *packed, float *scratch) {
  return reorder(
      c, c->plain_weights, c->slots[weights_slot], (float *)oihw, packed, scratch);
}

int odnn_unpack_whole(
    odnn_convolution *c, const float *packed, float *oihw, float *scratch) {
  return reorder(
      c, c->slots[weights_slot], c->plain_weights, oihw, (float *)packed, scratch);
}

int odnn_run_whole(
    odnn_convolution *c, float *source, float *weights, float *bias, float *target,
    float *scratch) {
  odnn_adopt_threads(c->threads);
  dnnl_stream_t stream = c->stream ? c->stream : odnn_machine.stream;
  float *data[slot_count] = {source, weights, bias, target, scratch};
  for (int i = 0; i < slot_count; i++)
    if (c->slots[i]) TRY(dnnl_memory_set_data_handle(c->slots[i], data[i]));
  TRY(dnnl_primitive_execute(c->run, stream, c->argument_count, c->arguments));
  return dnnl_stream_wait(stream);
}
