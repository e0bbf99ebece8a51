#include "Planar.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline, target("avx512f")))
#define UNROLL _Pragma("clang loop unroll(full)")

enum { group = odnn_planar_group };

typedef __m512 sums[group][block_vectors];

// How many channels a group has is known where its functions are compiled.

INLINE void start(sums s, const float *bias, int count) {
  UNROLL for (int n = 0; n < count; n++)
    UNROLL for (int v = 0; v < block_vectors; v++) s[n][v] = _mm512_set1_ps(bias[n]);
}

/// s[n, v] += w[n] · x[v].
INLINE void add(sums s, const float *w, const __m512 x[block_vectors], int count) {
  UNROLL for (int n = 0; n < count; n++) {
    __m512 factor = _mm512_set1_ps(w[n]);
    UNROLL for (int v = 0; v < block_vectors; v++)
      s[n][v] = _mm512_fmadd_ps(x[v], factor, s[n][v]);
  }
}

/// Two vectors, which are a row of 32 pixels, a part of a longer one, or two rows of 16. `before` are
/// the odd pixels before them in their row.
INLINE __m512 split(
    __m512 a, __m512 b, __m512 before, const int64_t to[2], int64_t width, float *y,
    int64_t column) {
  const __m512i even =
      _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  const __m512i late = _mm512_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6, 0, 8, 9, 10, 11, 12, 13, 14);
  __m512 evens = _mm512_permutex2var_ps(a, even, b), odds = _mm512_permutex2var_ps(a, odd, b);
  if (width == 16) {
    __m512 seen[3] = {_mm512_maskz_permutexvar_ps(0xFEFE, late, odds), evens, odds};
    UNROLL for (int j = 0; j < 3; j++) {
      _mm256_storeu_ps(y + j * column + to[0], _mm512_castps512_ps256(seen[j]));
      _mm256_storeu_ps(
          y + j * column + to[1],
          _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(seen[j]), 1)));
    }
  } else {
    _mm512_storeu_ps(
        y + to[0], _mm512_castsi512_ps(_mm512_alignr_epi32(
                       _mm512_castps_si512(odds), _mm512_castps_si512(before), 15)));
    _mm512_storeu_ps(y + column + to[0], evens);
    _mm512_storeu_ps(y + 2 * column + to[0], odds);
  }
  return odds;
}

INLINE void store(
    sums s, const struct planar_block *block, const struct planar_target *t, int count) {
  __m512 floor = _mm512_set1_ps(t->relu ? 0.0f : -__builtin_inff());
  UNROLL for (int n = 0; n < count; n++) {
    float *y = t->start + n * t->plane;
    UNROLL for (int v = 0; v < block_vectors; v++) s[n][v] = _mm512_max_ps(floor, s[n][v]);
    if (t->column) {
      __m512 none = _mm512_setzero_ps();
      __m512 odds = split(s[n][0], s[n][1], none, block->to, t->width, y, t->column);
      split(
          s[n][2], s[n][3], t->width == block_pixels ? odds : none, block->to + 2, t->width, y,
          t->column);
    } else {
      UNROLL for (int v = 0; v < block_vectors; v++)
        _mm512_storeu_ps(y + block->to[v], s[n][v]);
    }
  }
}

INLINE void load(const float *x, const int64_t from[block_vectors], __m512 pixels[block_vectors]) {
  UNROLL for (int v = 0; v < block_vectors; v++) pixels[v] = _mm512_loadu_ps(x + from[v]);
}

INLINE void pointwise(
    const float *x, int64_t x_plane, int64_t channels, const float *w, const float *bias,
    const struct planar_block *block, const struct planar_target *target, int count) {
  sums s;
  start(s, bias, count);
  const int64_t *from = block->from;
  for (int64_t k = 0; k < channels; k++, x += x_plane, w += group) {
    __m512 pixels[block_vectors];
    load(x, from, pixels);
    add(s, w, pixels, count);
  }
  store(s, block, target, count);
}

INLINE void windows(
    const float *x, int64_t x_plane, const int64_t window[9], int64_t channels, const float *w,
    const float *bias, const struct planar_block *block, const struct planar_target *target,
    int count) {
  sums s;
  start(s, bias, count);
  const int64_t *from = block->from;
  for (int64_t k = 0; k < channels; k++, x += x_plane)
    for (int64_t i = 0; i < 9; i++, w += group) {
      __m512 pixels[block_vectors];
      load(x + window[i], from, pixels);
      add(s, w, pixels, count);
    }
  store(s, block, target, count);
}

#define COUNTS(kind, parameters, ...)                                                     \
  __attribute__((target("avx512f"))) static void kind##_1 parameters { kind(__VA_ARGS__, 1); } \
  __attribute__((target("avx512f"))) static void kind##_2 parameters { kind(__VA_ARGS__, 2); } \
  __attribute__((target("avx512f"))) static void kind##_3 parameters { kind(__VA_ARGS__, 3); } \
  __attribute__((target("avx512f"))) static void kind##_4 parameters { kind(__VA_ARGS__, 4); } \
  __attribute__((target("avx512f"))) static void kind##_5 parameters { kind(__VA_ARGS__, 5); } \
  __attribute__((target("avx512f"))) static void kind##_6 parameters { kind(__VA_ARGS__, 6); }

#define POINTWISE                                                                         \
  (const float *x, int64_t x_plane, int64_t channels, const float *w, const float *bias,  \
   const struct planar_block *block, const struct planar_target *target)
COUNTS(pointwise, POINTWISE, x, x_plane, channels, w, bias, block, target)

#define WINDOWS                                                                           \
  (const float *x, int64_t x_plane, const int64_t window[9], int64_t channels,            \
   const float *w, const float *bias, const struct planar_block *block,                   \
   const struct planar_target *target)
COUNTS(windows, WINDOWS, x, x_plane, window, channels, w, bias, block, target)

void odnn_planar_pointwise(
    const float *x, int64_t x_plane, int64_t channels, const float *w, const float *bias,
    const struct planar_block *block, const struct planar_target *target, int64_t count) {
  static void(*const functions[]) POINTWISE = {
      0, pointwise_1, pointwise_2, pointwise_3, pointwise_4, pointwise_5, pointwise_6};
  functions[count](x, x_plane, channels, w, bias, block, target);
}

void odnn_planar_windows(
    const float *x, int64_t x_plane, const int64_t window[9], int64_t channels, const float *w,
    const float *bias, const struct planar_block *block, const struct planar_target *target,
    int64_t count) {
  static void(*const functions[]) WINDOWS = {
      0, windows_1, windows_2, windows_3, windows_4, windows_5, windows_6};
  functions[count](x, x_plane, window, channels, w, bias, block, target);
}

#endif
