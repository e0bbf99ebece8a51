#include "Planar.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f")))
#define INLINE static inline __attribute__((always_inline, target("avx512f")))

enum { group = odnn_planar_group };

typedef __m512 sums[group][block_vectors];

INLINE void start(sums s, const float *bias) {
#pragma clang loop unroll(full)
  for (int n = 0; n < group; n++)
#pragma clang loop unroll(full)
    for (int v = 0; v < block_vectors; v++) s[n][v] = _mm512_set1_ps(bias[n]);
}

/// s[n, v] += w[n] · x[v].
INLINE void add(sums s, const float *w, const __m512 x[block_vectors]) {
#pragma clang loop unroll(full)
  for (int n = 0; n < group; n++) {
    __m512 factor = _mm512_set1_ps(w[n]);
#pragma clang loop unroll(full)
    for (int v = 0; v < block_vectors; v++) s[n][v] = _mm512_fmadd_ps(x[v], factor, s[n][v]);
  }
}

/// Into planes, or where a pixel's channels lie side by side, `y_pixel` floats a pixel.
INLINE void store(
    sums s, int relu, const struct planar_block *block, float *y, int64_t y_plane, int64_t y_pixel,
    int64_t count) {
  __m512 floor = _mm512_set1_ps(relu ? 0.0f : -__builtin_inff());
#pragma clang loop unroll(full)
  for (int n = 0; n < group; n++) {
    if (n >= count) return;
#pragma clang loop unroll(full)
    for (int v = 0; v < block_vectors; v++) {
      __m512 value = _mm512_max_ps(floor, s[n][v]);
      if (y_pixel == 0) {
        _mm512_storeu_ps(y + n * y_plane + block->to[v], value);
      } else {
        _Alignas(64) float pixels[16];
        _mm512_store_ps(pixels, value);
        float *to = y + n + block->to[v] * y_pixel;
        for (int i = 0; i < 16; i++) to[i * y_pixel] = pixels[i];
      }
    }
  }
}

WIDE void odnn_planar_pointwise(
    const float *x, int64_t x_plane, int64_t channels, const float *w, const float *bias, int relu,
    const struct planar_block *block, float *y, int64_t y_plane, int64_t y_pixel, int64_t count) {
  sums s;
  start(s, bias);
  const int64_t *from = block->from;
  for (int64_t k = 0; k < channels; k++, x += x_plane, w += group) {
    const __m512 pixels[block_vectors] = {
        _mm512_loadu_ps(x + from[0]), _mm512_loadu_ps(x + from[1]), _mm512_loadu_ps(x + from[2]),
        _mm512_loadu_ps(x + from[3])};
    add(s, w, pixels);
  }
  store(s, relu, block, y, y_plane, y_pixel, count);
}

WIDE void odnn_planar_windows(
    const float *x, int64_t x_plane, const int64_t window[9], int64_t channels, const float *w,
    const float *bias, int relu, const struct planar_block *block, float *y, int64_t y_plane,
    int64_t y_pixel, int64_t count) {
  sums s;
  start(s, bias);
  const int64_t *from = block->from;
  for (int64_t k = 0; k < channels; k++, x += x_plane)
    for (int64_t i = 0; i < 9; i++, w += group) {
      const float *at = x + window[i];
      const __m512 pixels[block_vectors] = {
          _mm512_loadu_ps(at + from[0]), _mm512_loadu_ps(at + from[1]),
          _mm512_loadu_ps(at + from[2]), _mm512_loadu_ps(at + from[3])};
      add(s, w, pixels);
    }
  store(s, relu, block, y, y_plane, y_pixel, count);
}

WIDE void odnn_planar_split(
    const float *row, int64_t width, float *left, float *middle, float *right) {
  const __m512i even =
      _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  __m512 before = _mm512_setzero_ps();
  for (int64_t x = 0; x < width; x += 32) {
    int64_t rest = width - x;
    __m512 a = _mm512_loadu_ps(row + x);
    __m512 b = rest > 16 ? _mm512_loadu_ps(row + x + 16) : _mm512_setzero_ps();
    __m512 evens = _mm512_permutex2var_ps(a, even, b), odds = _mm512_permutex2var_ps(a, odd, b);
    __m512 lagging = _mm512_castsi512_ps(_mm512_alignr_epi32(
        _mm512_castps_si512(odds), _mm512_castps_si512(before), 15));
    if (rest > 16) {
      _mm512_storeu_ps(left + x / 2, lagging);
      _mm512_storeu_ps(middle + x / 2, evens);
      _mm512_storeu_ps(right + x / 2, odds);
    } else {
      _mm256_storeu_ps(left + x / 2, _mm512_castps512_ps256(lagging));
      _mm256_storeu_ps(middle + x / 2, _mm512_castps512_ps256(evens));
      _mm256_storeu_ps(right + x / 2, _mm512_castps512_ps256(odds));
    }
    before = odds;
  }
}

#endif
