#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

// Exponentials and their kin without a call and without a branch, so that a loop over them becomes
// vector instructions. Errors are a few units in the last place. No rounding instruction is used:
// adding 1.5 · 2²³ rounds to an integer on every processor.

static inline float odnn_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t odnn_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// eˣ (Cephes: e^r by a polynomial of degree 6 on |r| ≤ ln 2 / 2, times 2ⁿ); 0 below −87.3.
static inline float odnn_exponential(float x) {
  float c = x > 88.72284f ? 88.72284f : x;
  c = c < -87.3f ? -87.3f : c;
  float shifted = c * 1.44269504f + 12582912.0f, n = shifted - 12582912.0f;
  float r = c - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  // 2ⁿ in two halves: n = 128 has no float of its own.
  uint32_t whole = odnn_to_bits(shifted) - 0x4B400000u, half = (uint32_t)((int32_t)whole >> 1);
  float y = p * odnn_from_bits((half + 127) << 23) * odnn_from_bits((whole - half + 127) << 23);
  y = x > 88.72284f ? INFINITY : y;
  y = x < -87.3f ? 0.0f : y;
  return x != x ? x : y;
}

/// ln x (Cephes); −∞ at 0, not a number below. Subnormal numbers count as 0.
static inline float odnn_logarithm(float x) {
  uint32_t bits = odnn_to_bits(x);
  // x = m · 2ᵉ with m in √½..<√2.
  uint32_t offset = bits - 0x3F3504F3u;
  float e = (float)((int32_t)offset >> 23);
  float m = odnn_from_bits(bits - (uint32_t)(((int32_t)offset >> 23) * (1 << 23))) - 1.0f;
  float z = m * m, p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  float y = p * m * z - 2.12194440e-4f * e - 0.5f * z + m + 0.693359375f * e;
  y = x < 1.17549435e-38f ? -INFINITY : y;
  y = x > 3.4028235e38f ? x : y;
  return x < 0 || x != x ? NAN : y;
}

static inline float odnn_logistic(float x) { return 1.0f / (1.0f + odnn_exponential(-x)); }

/// tanh x (Cephes: a polynomial near 0, else by the exponential).
static inline float odnn_hyperbolic_tangent(float x) {
  float z = x * x, p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float near = p * z * x + x;
  float far = 1.0f - 2.0f / (odnn_exponential(2.0f * x) + 1.0f);
  return fabsf(x) < 0.625f ? near : far;
}

/// The error function: minimax polynomials, below and above 0.93.
static inline float odnn_error_function(float x) {
  float t = fabsf(x), s = x * x;
  float p = -1.72853470e-5f * t + 3.83197126e-4f, q = -3.88396438e-3f * t + 2.42546219e-2f;
  p = p * s + q;
  p = p * t - 1.06777877e-1f;
  p = p * t - 6.34846687e-1f;
  p = p * t - 1.28717512e-1f;
  p = p * t - t;
  float far = odnn_from_bits(
      odnn_to_bits(1.0f - odnn_exponential(p)) | (odnn_to_bits(x) & 0x80000000u));
  float r = -5.96761703e-4f;
  r = r * s + 4.99119423e-3f;
  r = r * s - 2.67681349e-2f;
  r = r * s + 1.12819925e-1f;
  r = r * s - 3.76125336e-1f;
  r = r * s + 1.28379166e-1f;
  float near = r * x + x;
  return t > 0.927734375f ? far : near;
}
