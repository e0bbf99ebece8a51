#pragma once

#include "COneDNN.h"
#include "Fused.h"

// Convolutions with 3×3 windows and stride 1 in fewer multiplications: F(4×4, 3×3) of Lavin & Gray,
// *Fast algorithms for convolutional neural networks*, CVPR 2016, arXiv 1509.09308. A tile of 6×6
// pixels becomes 36 numbers a channel (Bᵀ d B), a window 36 weights (G g Gᵀ); for each of the 36
// places the numbers of many tiles are one matrix product over the channels; 36 products become
// 4×4 pixels (Aᵀ m A). That is 36 multiplications where a direct convolution has 144. Sums differ
// from its sums by some 1e-6 of their size.

enum {
  winograd_places = 36,
  winograd_side = 6,
  winograd_step = odnn_tile_rows,
  winograd_taps = 9,
  winograd_block = 16
};

struct winograd {
  int64_t batch, height, width, channels, out_height, out_width, outputs;
  /// Zeros above the image and to its left.
  int64_t above, left;
  /// Tiles down and across an image, in all images, and in one go.
  int64_t down, across, tiles, at_once;
};

/// The place of a tile: its image, and its first output pixel.
struct winograd_place {
  int64_t image, row, column;
};

static inline struct winograd_place odnn_winograd_place(const struct winograd *w, int64_t tile) {
  int64_t image = tile / (w->down * w->across), rest = tile % (w->down * w->across);
  return (struct winograd_place){
      image, rest / w->across * winograd_step, rest % w->across * winograd_step};
}

static inline int64_t odnn_whole_blocks(int64_t channels) {
  return (channels + winograd_block - 1) / winograd_block * winograd_block;
}

/// Whether a convolution can be computed so, and is faster for it.
int odnn_suits_winograd(const odnn_convolution_shape *shape, odnn_direction direction);
/// The same for inference, by what one image alone has: all batches are to give the same bits.
int odnn_suits_fused_winograd(const odnn_convolution_shape *shape);
/// What it reads and writes; the gradient of a convolution's input is a convolution as well.
struct winograd odnn_describe_winograd(
    const odnn_convolution_shape *shape, odnn_direction direction);

/// Floats of transformed weights, and of scratch memory on so many threads.
size_t odnn_winograd_packed_count(const struct winograd *w);
size_t odnn_winograd_scratch_count(
    const struct winograd *w, odnn_direction direction, int threads);

/// What happens to sums: y = max(sums + bias + addend, least). Both may be null, and the addend may
/// be y.
struct winograd_end {
  const float *bias, *addend;
  float least;
};

/// y = x ∗ weights, with what follows it.
void odnn_run_winograd(
    const struct winograd *w, const float *x, const float *weights, struct winograd_end end,
    float *y, int threads, float *scratch);
/// The weights' gradient, out × in × 3 × 3, from the input and the output's gradient.
void odnn_winograd_weights(
    const struct winograd *w, const float *x, const float *gradient, float *weights, int threads,
    float *scratch);

// MARK: Weights (WinogradWeights.c)

/// Transforms weights (out × in × 3 × 3 of the convolution, of which `w` may be the way back).
void odnn_pack_winograd(
    const struct winograd *w, odnn_direction direction, const float *weights, float *packed);
/// Weight gradients from so many sums of products, one after another.
void odnn_unpack_winograd(
    const struct winograd *w, const float *sums, int count, float *weights);

// MARK: Tiles (WinogradTiles.c)

// Transformed tiles lie place by place; there, block by block of 16 channels; there, tile by tile.

/// Floats from one place to the next: a line more than there are, for places a multiple of 4096
/// bytes apart would push each other out of the first-level cache.
static inline int64_t odnn_winograd_place_step(const struct winograd *w, int64_t channels) {
  return w->at_once * odnn_whole_blocks(channels) + winograd_block;
}

/// Floats of the transformed tiles of one go: of what is read, then of what is written.
static inline size_t odnn_winograd_tiles_count(const struct winograd *w) {
  return (size_t)(winograd_places * (odnn_winograd_place_step(w, w->channels) +
                                     odnn_winograd_place_step(w, w->outputs)));
}

/// Floats of the sums of products for the weights.
static inline size_t odnn_winograd_sums_count(const struct winograd *w) {
  return (size_t)(
      winograd_places * odnn_whole_blocks(w->channels) * odnn_whole_blocks(w->outputs));
}

/// An array of images that is about to be read or written.
struct winograd_images {
  const float *p;
  int64_t height, width, channels;
};

static inline struct winograd_images odnn_winograd_inputs(
    const struct winograd *w, const float *x) {
  return (struct winograd_images){x, w->height, w->width, w->channels};
}

static inline struct winograd_images odnn_winograd_outputs(
    const struct winograd *w, const float *y) {
  return (struct winograd_images){y, w->out_height, w->out_width, w->outputs};
}

/// Asks for the pixels of a tile, if there is one: what comes from far away arrives during products.
void odnn_winograd_fetch(
    const struct winograd *w, struct winograd_images images, int64_t tile, int is_written);
/// Bᵀ d B of a tile of `x`.
void odnn_winograd_input(const struct winograd *w, const float *x, int64_t tile, float *to);
/// A y Aᵀ of a tile of an output's gradient.
void odnn_winograd_gradient(const struct winograd *w, const float *y, int64_t tile, float *to);
/// Aᵀ m A with what follows it into a tile of `y`.
void odnn_winograd_output(
    const struct winograd *w, const float *from, struct winograd_end end, int64_t tile, float *y);
