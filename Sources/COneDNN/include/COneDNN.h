#pragma once

// The machine under `Tensors`: oneDNN's convolutions and matrix product, and the memory-bound loops
// that oneDNN has no fused form of. Activations are plain NHWC, convolution weights OIHW.
// Every function that can fail returns 0 or a `dnnl_status_t`.

#include <stddef.h>
#include <stdint.h>

#include "Arrays.h"
#include "Losses.h"
#include "Sequences.h"

// MARK: Engine (Engine.c)

/// Version of the oneDNN library in use, as major * 10000 + minor * 100 + patch.
int odnn_version(void);
/// The widest instruction set oneDNN generates code for on this processor, for people.
const char *odnn_instruction_set(void);
/// What a status code means, for people.
const char *odnn_status_text(int status);
/// Gives memory that the C library holds free back to the system.
void odnn_return_memory(void);

// MARK: Threads (Parallel.c)

/// Cores that this process may use: affinity mask and cgroup quota, at least 1.
int odnn_usable_cores(void);
/// Threads that an operation of the calling thread may use.
int odnn_threads(void);
/// Sets it for every thread that has no number of its own.
void odnn_set_threads(int count);
/// Sets it for the calling thread alone; 0 ends that. Returns the number it had, 0 if none.
int odnn_set_own_threads(int count);
/// Threads that are worth waking for so many multiply-adds: all or one.
int odnn_threads_for(int64_t multiply_adds);
/// Makes the calling thread's OpenMP team so large; cheap when it already is.
void odnn_adopt_threads(int count);
/// Runs body(context, part) for every part in 0..<parts, each part once, on all threads if there
/// are elements enough. What a part computes must not depend on the thread that runs it.
void odnn_for_each(
    int64_t parts, int64_t elements, void *context, void (*body)(void *context, int64_t part));

// MARK: Convolution (Convolution.c)

typedef struct odnn_convolution odnn_convolution;

typedef enum { odnn_forward = 0, odnn_backward_data = 1, odnn_backward_weights = 2 } odnn_direction;

typedef struct {
  int64_t batch, height, width, in_channels;
  int64_t out_height, out_width, out_channels;
  int64_t kernel_height, kernel_width, stride, padding, dilation, groups;
  int32_t has_bias;
  /// Whether source and weights, and the gradient of the target, are bfloat16; the rest are floats.
  int32_t is_bfloat16;
  /// Whether it may be computed in transformed tiles where that is faster (Winograd.h). What comes
  /// out for a sample then depends in its last bits on the size of the batch that it is in.
  int32_t may_transform;
} odnn_convolution_shape;

int odnn_convolution_create(
    const odnn_convolution_shape *shape, odnn_direction direction, odnn_convolution **result);
/// Multiply-adds of the whole batch.
int64_t odnn_convolution_multiply_adds(const odnn_convolution_shape *shape);
void odnn_convolution_destroy(odnn_convolution *convolution);
/// Floats that the weights take in the layout oneDNN chose; 0 if that is plain OIHW.
size_t odnn_convolution_packed_count(const odnn_convolution *convolution);
/// A number for the layout oneDNN chose: equal layouts have equal numbers.
int odnn_convolution_layout(const odnn_convolution *convolution);
/// Floats that `scratch` must have room for in the functions below.
size_t odnn_convolution_scratch_count(const odnn_convolution *convolution);
/// Weights from OIHW into the chosen layout.
int odnn_convolution_pack(
    odnn_convolution *convolution, const float *oihw, float *packed, float *scratch);
/// Weight gradients from the chosen layout into OIHW.
int odnn_convolution_unpack(
    odnn_convolution *convolution, const float *packed, float *oihw, float *scratch);
/// Runs the convolution. Arrays by direction, weights always in the chosen layout:
/// forward source, weights, bias → target; backward data target (its gradient), weights → source
/// (its gradient); backward weights source, target (its gradient) → weights, bias (gradients).
int odnn_convolution_run(
    odnn_convolution *convolution, float *source, float *weights, float *bias, float *target,
    float *scratch);

// MARK: Batch normalisation (Statistics.c, Normalization.c), rows × channels

/// Mean and biased variance of each channel. `scratch` holds odnn_channel_scratch(rows, channels).
void odnn_channel_statistics(
    const float *x, int64_t rows, int64_t channels, float *mean, float *variance, float *scratch);
size_t odnn_channel_scratch(int64_t rows, int64_t channels);
/// y = x · factor + offset per channel, then optionally + addend, then optionally ReLU.
void odnn_channel_affine(
    const float *x, const float *addend, int64_t rows, int64_t channels, const float *factor,
    const float *offset, int relu, float *y);
/// Where the ReLU behind a normalisation let the value through.
typedef enum {
  odnn_mask_none = 0,        // there is none
  odnn_mask_recomputed = 1,  // where x · factor + offset > 0
  odnn_mask_output = 2       // where output > 0
} odnn_mask;

/// What a normalisation remembers for its backward pass.
typedef struct {
  const float *x, *output;
  int64_t rows, channels;
  const float *mean, *factor, *offset;
  odnn_mask mask;
} odnn_normalization;

/// Sums over rows of g and of g · (x − mean), where g is the gradient behind the mask. With
/// odnn_mask_output, g itself is stored in `masked`, which may be `gradient`.
void odnn_channel_gradient_sums(
    const odnn_normalization *n, const float *gradient, float *masked, float *sum,
    float *product, float *scratch);
/// dx = g · a + x · b + c per channel. With odnn_mask_output, `gradient` is g already.
void odnn_channel_gradient(
    const odnn_normalization *n, const float *gradient, const float *a, const float *b,
    const float *c, float *dx);
/// Sums of the rows: sum[c] = Σ x[r, c]. `scratch` as above.
void odnn_channel_sums(
    const float *x, int64_t rows, int64_t channels, float *sum, float *scratch);

// MARK: Element-wise loops (Elementwise.c)

void odnn_fill(float *x, float value, int64_t count);
void odnn_relu(const float *x, float *y, int64_t count);
/// dx = g where y is positive, else 0.
void odnn_relu_gradient(const float *gradient, const float *y, float *dx, int64_t count);
void odnn_add(const float *a, const float *b, int relu, float *y, int64_t count);
void odnn_subtract(const float *a, const float *b, float *y, int64_t count);
void odnn_multiply(const float *a, const float *b, float *y, int64_t count);
/// y = x · factor + offset.
void odnn_affine(const float *x, float factor, float offset, float *y, int64_t count);
/// y += x · factor.
void odnn_accumulate(const float *x, float factor, float *y, int64_t count);
/// y[r, c] += bias[c] [+ addend[r, c]].
void odnn_add_rows(
    const float *bias, const float *addend, float *y, int64_t rows, int64_t channels);
/// Sum in double precision, in an order that does not depend on the number of threads.
double odnn_sum(const float *x, int64_t count);
/// y = x / (1 − rate) where the hash of (key, index) keeps the element, else 0.
void odnn_dropout(const float *x, uint64_t key, float rate, float *y, int64_t count);

// MARK: Pooling (Pooling.c), NHWC

/// With a kernel of 0 the windows share the image out evenly (adaptive pooling).
typedef struct {
  int64_t batch, height, width, channels, out_height, out_width;
  int64_t kernel, stride, padding;
} odnn_pooling_shape;

/// Mean of every window; padding counts as zeros that are part of the window.
void odnn_average_pool(const odnn_pooling_shape *shape, const float *x, float *y);
void odnn_average_pool_gradient(const odnn_pooling_shape *shape, const float *dy, float *dx);
/// Largest of every window, and where in the image (row · width + column) it was first found.
void odnn_max_pool(const odnn_pooling_shape *shape, const float *x, float *y, int32_t *where);
void odnn_max_pool_gradient(
    const odnn_pooling_shape *shape, const float *dy, const int32_t *where, float *dx);

// MARK: Global average (GlobalAverage.c)

/// Mean over `area` rows: batch × area × channels → batch × channels.
void odnn_global_average(
    const float *x, int64_t batch, int64_t area, int64_t channels, float *y);
/// dx = dy / area at every position, or dx += dy / area.
void odnn_global_average_gradient(
    const float *dy, int64_t batch, int64_t area, int64_t channels, int accumulate, float *dx);

// MARK: Softmax (Softmax.c), rows × classes

void odnn_softmax(const float *x, int64_t rows, int64_t classes, float *y);
void odnn_log_softmax(const float *x, int64_t rows, int64_t classes, float *y);
/// dx = y · (g − Σ g y).
void odnn_softmax_gradient(
    const float *gradient, const float *y, int64_t rows, int64_t classes, float *dx);
/// dx = g − exp(y) Σ g.
void odnn_log_softmax_gradient(
    const float *gradient, const float *y, int64_t rows, int64_t classes, float *dx);
/// loss[r] = −log softmax(x[r])[label[r]]; softmax itself goes to `probabilities`.
void odnn_cross_entropy(
    const float *x, const int32_t *labels, int64_t rows, int64_t classes, float *probabilities,
    float *loss);
/// dx[r] = weight[r] · (probabilities[r] − one-hot label).
void odnn_cross_entropy_gradient(
    const float *probabilities, const int32_t *labels, const float *weight, int64_t weight_step,
    float factor, int64_t rows, int64_t classes, float *dx);

// MARK: Optimisers (Optimizers.c)

/// g = gradient + decay · w; v = momentum · v + g; w −= rate · (nesterov ? g + momentum · v : v).
/// Without `velocity`, w −= rate · g.
void odnn_sgd(
    float *w, const float *gradient, float *velocity, int64_t count, float rate, float momentum,
    float decay, int nesterov);
/// Adam (Kingma & Ba 2015, algorithm 1) with bias corrections 1 − β₁ᵗ and 1 − β₂ᵗ given;
/// decoupled: w −= rate · decay · w first (AdamW), otherwise decay joins the gradient.
void odnn_adam(
    float *w, const float *gradient, float *first, float *second, int64_t count, float rate,
    float beta1, float beta2, float correction1, float correction2, float epsilon, float decay,
    int decoupled);

#include "BFloat16.h"
#include "Fused.h"
#include "Planar.h"
#include "Rows.h"
