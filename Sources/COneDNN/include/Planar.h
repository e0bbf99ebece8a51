#pragma once

// Convolutions of few channels on planes: a sample is one plane of pixels per channel, and a vector
// holds pixels of one channel, so that it is full however few channels there are. Inference only,
// and only on processors with AVX-512.

#include <stddef.h>
#include <stdint.h>

/// A 1×1 convolution, a 3×3 one with padding 1, or the first and behind it the second; each with
/// bias, and a rectifier if asked. Images are `height` × `width`.
typedef struct {
  int64_t height, width;
  /// Channels that are read, between the two convolutions, and written.
  int64_t in_channels, inner_channels, out_channels;
  /// Whether there is a 1×1 convolution, whether a 3×3 one, and the stride of the latter.
  int32_t has_narrow, has_wide;
  int64_t stride;
  int32_t narrow_relu, relu;
  /// Floats from one input to the next: 0 if it lies in planes, else the channels of a pixel.
  int64_t source_row;
  /// The same for the output, where the channels of a pixel may be part of a wider row.
  int64_t target_row;
  /// Whether what lies between two layers is what the columns of windows with stride 2 see: a 1×1
  /// convolution writes it, a 3×3 one reads it.
  int32_t source_split, target_split;
} odnn_planar_shape;

/// Output channels are computed in groups of up to so many.
enum { odnn_planar_group = 6 };

/// Whether the processor, and the sizes, are of the kind that this is for.
int odnn_planar_serves(const odnn_planar_shape *shape);
/// Floats from one plane to the next for so many pixels.
int64_t odnn_plane_pitch(int64_t pixels);
/// Whether a 1×1 convolution can write an image split.
int odnn_planar_can_split(const odnn_planar_shape *shape);
/// Floats of a split image of so many channels.
size_t odnn_planar_split_count(const odnn_planar_shape *shape, int64_t channels);
/// In how many strips of rows, or groups of channels of few rows, the output can be computed apart.
int64_t odnn_planar_strips(const odnn_planar_shape *shape);
/// Floats of scratch memory that a run needs.
size_t odnn_planar_scratch(const odnn_planar_shape *shape);
/// Floats that `outputs` × `inputs` × `area` weights take when packed.
size_t odnn_planar_packed(int64_t outputs, int64_t inputs, int64_t area);
void odnn_planar_pack(
    const float *weights, int64_t outputs, int64_t inputs, int64_t area, float *packed);

/// Packed weights, and biases.
typedef struct {
  const float *narrow, *narrow_bias, *wide, *wide_bias;
} odnn_planar_weights;

/// Computes strips `first..<end` of the output of one sample.
void odnn_planar_run(
    const odnn_planar_shape *shape, const odnn_planar_weights *weights, const float *source,
    float *target, float *scratch, int64_t first, int64_t end);
// MARK: Windows on pixels (PlanarPixels.c)

/// Whether a 3×3 convolution reads pixels of a few channels and writes pixels.
int odnn_pixels_serves(const odnn_planar_shape *shape);
size_t odnn_pixels_packed(int64_t outputs, int64_t inputs);
void odnn_pixels_pack(const float *weights, int64_t outputs, int64_t inputs, float *packed);
size_t odnn_pixels_scratch(const odnn_planar_shape *shape);
/// Computes rows `first..<end` of the output of one sample.
void odnn_pixels_run(
    const odnn_planar_shape *shape, const float *weights, const float *bias, const float *source,
    float *target, float *scratch, int64_t first, int64_t end);

// MARK: Ways to planes and back

/// `channels` channels of a sample from rows of `row` floats to planes, and back.
void odnn_to_planes(
    const float *rows, int64_t pixels, int64_t channels, int64_t row, float *planes);
void odnn_from_planes(
    const float *planes, int64_t pixels, int64_t channels, int64_t row, float *rows);
