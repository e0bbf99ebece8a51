#pragma once

// Inference: a convolution or a dense layer with what follows it in one pass, its weights packed
// once, its arrays given when it runs. Lanes are threads that each run the whole network on images
// of their own; everything that changes while a primitive runs exists once per lane.

#include "Arrays.h"

typedef struct odnn_fused odnn_fused;

/// What is done to each sum before it is stored: nothing, max(x, 0), or one of the functions.
#define odnn_after_nothing (-1)
#define odnn_after_relu (-2)

typedef struct {
  /// A dense layer has `is_dense`; its rows are the batch, and only the channels count.
  odnn_convolution_shape shape;
  /// Zeros below and to the right of the image follow from the sizes; those above may differ from
  /// those on the left where a part of the rows is computed.
  int64_t padding_above;
  int32_t is_dense;
  /// The outputs that are computed, of a dense layer where `odnn_shares_outputs` says so, or of a
  /// convolution that is not transformed, does not add and has no groups; all if `end_output` is 0.
  int64_t first_output, end_output;
  /// Whether the sums are added to other numbers.
  int32_t adds;
  /// An `odnn_function`, or one of the two above.
  int32_t after;
  /// Whether it is computed in transformed tiles: what `odnn_fused_transforms` says of one whole
  /// sample. Parts of its rows are multiples of `odnn_tile_rows` then.
  int32_t transforms;
  /// Threads of one run, and how many lanes may run it at the same time.
  int32_t threads, lanes;
} odnn_fused_shape;

/// Whether it is best computed in tiles of 4×4 outputs (Winograd.h).
int odnn_fused_transforms(const odnn_fused_shape *shape);
enum { odnn_tile_rows = 4 };

/// Whether the function can be part of a fused operation.
int odnn_can_fuse(int32_t after);
int odnn_fused_create(const odnn_fused_shape *shape, odnn_fused **result);
void odnn_fused_destroy(odnn_fused *fused);
/// Whether threads share a dense layer by its outputs, `odnn_panel_outputs` or a multiple of it each,
/// rather than by its rows: then each reads but its part of the weights.
int odnn_shares_outputs(void);
enum { odnn_panel_outputs = 32 };
/// Floats that the weights take in the layout oneDNN chose; 0 if that is the plain one.
size_t odnn_fused_packed_count(const odnn_fused *fused);
/// Whether both want the weights in the same layout.
int odnn_fused_same_layout(const odnn_fused *a, const odnn_fused *b);
/// Floats of scratch memory that a run needs.
size_t odnn_fused_scratch_count(const odnn_fused *fused);
/// Weights from out × in/groups × height × width into the chosen layout.
int odnn_fused_pack(const odnn_fused *fused, const float *plain, float *packed);
/// Sets the weights, packed, and the bias, or null without one, for the runs to come.
int odnn_fused_set_weights(odnn_fused *fused, float *weights, float *bias);
/// What is added is in `addend`, which may be `target`.
int odnn_fused_run(
    odnn_fused *fused, int lane, const float *source, const float *addend, float *target,
    float *scratch);

// MARK: Lanes (Lanes.c)

/// Runs body(context, lane) for lane 0 on the calling thread, and for other lanes on threads that
/// join while that lasts, so the body takes its work from a common supply. Inside, every operation
/// uses one thread.
void odnn_run_lanes(int lanes, void *context, void (*body)(void *context, int lane));
/// Runs the steps from `first` up to, and without, `end` in groups, one after the other: with a step
/// run those up to, and without, ends[step]. Each has parts[step] parts, 32 at most, that the lanes
/// share: each some of its own, then what others have not begun. Returns 0 or an `errno`.
int odnn_run_steps(
    int lanes, const int32_t *parts, const int32_t *ends, int first, int end, void *context,
    void (*body)(void *context, int step, int part, int parts, int lane));

// MARK: Pieces (Pieces.c), on the calling thread

/// Columns of a matrix with `to_step` floats a row from one with `from_step`.
void odnn_copy_columns(
    const float *from, int64_t from_step, int64_t rows, int64_t columns, float *to,
    int64_t to_step);
/// y = LayerNorm(x), rows × width.
void odnn_normalize_rows(
    const float *x, int64_t rows, int64_t width, const float *scale, const float *shift,
    float epsilon, float *y);
/// y[r, c] = x[r, c] · factor[r / area, c].
void odnn_scale_channels(
    const float *x, const float *factor, int64_t batch, int64_t area, int64_t channels, float *y);
/// y = after(x) for `odnn_after_…` and functions.
void odnn_apply_after(int32_t after, const float *x, float *y, int64_t count);
