#include "Planar.h"
#include "Tiles.h"

#include <string.h>

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx512f")))
#define INLINE static inline __attribute__((always_inline, target("avx512f")))
#define UNROLL _Pragma("clang loop unroll(full)")

WIDE void odnn_planar_copy(
    const float *x, int64_t rows, int64_t width, float *y, int64_t y_row) {
  for (int64_t r = 0; r < rows; r++, x += width, y += y_row) {
    _mm512_storeu_ps(y - 16, _mm512_setzero_ps());
    for (int64_t i = 0; i < width; i += 16) _mm512_storeu_ps(y + i, _mm512_loadu_ps(x + i));
  }
}

WIDE void odnn_planar_split(const float *row, int64_t width, float *y, int64_t column) {
  const __m512i even =
      _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  __m512 before = _mm512_setzero_ps();
  for (int64_t x = 0; x < width; x += 32, y += 16) {
    __mmask16 rest = width - x > 16 ? 0xFFFF : 0xFF;
    __m512 a = _mm512_loadu_ps(row + x);
    __m512 b = rest == 0xFFFF ? _mm512_loadu_ps(row + x + 16) : _mm512_setzero_ps();
    __m512 odds = _mm512_permutex2var_ps(a, odd, b);
    __m512i late =
        _mm512_alignr_epi32(_mm512_castps_si512(odds), _mm512_castps_si512(before), 15);
    _mm512_mask_storeu_ps(y, rest, _mm512_castsi512_ps(late));
    _mm512_mask_storeu_ps(y + column, rest, _mm512_permutex2var_ps(a, even, b));
    _mm512_mask_storeu_ps(y + 2 * column, rest, odds);
    before = odds;
  }
}

WIDE void odnn_planar_gather(const float *x, int64_t step, int64_t count, float *y) {
  __m512i places = _mm512_mullo_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      _mm512_set1_epi32((int)step));
  for (int64_t i = 0; i < count; i += 16)
    _mm512_storeu_ps(y + i, _mm512_i32gather_ps(places, x + i * step, 4));
}

/// Lanes 4i + j of row 4k + l become lanes 4k + l of row 4i + j.
INLINE void transpose(__m512 r[16]) {
  __m512 t[16];
  UNROLL for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
  }
  UNROLL for (int i = 0; i < 16; i += 4) {
    __m512d a = _mm512_castps_pd(t[i]), b = _mm512_castps_pd(t[i + 1]);
    __m512d c = _mm512_castps_pd(t[i + 2]), d = _mm512_castps_pd(t[i + 3]);
    r[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
    r[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
    r[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
    r[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
  }
  // Every r[4k + j] now holds, quarter by quarter, column 4i + j of rows 4k to 4k + 3.
  UNROLL for (int j = 0; j < 4; j++) {
    __m512 a = _mm512_shuffle_f32x4(r[j], r[4 + j], 0x88);
    __m512 b = _mm512_shuffle_f32x4(r[j], r[4 + j], 0xDD);
    __m512 c = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0x88);
    __m512 d = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0xDD);
    t[j] = _mm512_shuffle_f32x4(a, c, 0x88);
    t[4 + j] = _mm512_shuffle_f32x4(b, d, 0x88);
    t[8 + j] = _mm512_shuffle_f32x4(a, c, 0xDD);
    t[12 + j] = _mm512_shuffle_f32x4(b, d, 0xDD);
  }
  UNROLL for (int i = 0; i < 16; i++) r[i] = t[i];
}

WIDE void odnn_planar_to_rows(
    const float *planes, int64_t plane, int64_t pixels, int64_t channels, float *rows,
    int64_t row) {
  for (int64_t c = 0; c < channels; c += 16) {
    __mmask16 own = odnn_first_lanes(channels - c);
    for (int64_t p = 0; p < pixels; p += 16) {
      const float *from = planes + c * plane + p;
      __m512 r[16];
      UNROLL for (int i = 0; i < 16; i++)
        r[i] = own >> i & 1 ? _mm512_loadu_ps(from + i * plane) : _mm512_setzero_ps();
      transpose(r);
      UNROLL for (int i = 0; i < 16; i++)
        _mm512_mask_storeu_ps(rows + (p + i) * row + c, own, r[i]);
    }
  }
}

WIDE void odnn_rows_to_planar(
    const float *rows, int64_t row, int64_t pixels, int64_t channels, float *planes,
    int64_t plane) {
  for (int64_t c = 0; c < channels; c += 16) {
    __mmask16 own = odnn_first_lanes(channels - c);
    for (int64_t p = 0; p < pixels; p += 16) {
      float *to = planes + c * plane + p;
      __m512 r[16];
      UNROLL for (int i = 0; i < 16; i++)
        r[i] = _mm512_maskz_loadu_ps(own, rows + (p + i) * row + c);
      transpose(r);
      UNROLL for (int i = 0; i < 16; i++)
        if (own >> i & 1) _mm512_storeu_ps(to + i * plane, r[i]);
    }
  }
}

static int can_transpose(int64_t pixels) {
  return pixels % 16 == 0 && __builtin_cpu_supports("avx512f");
}
#else
static int can_transpose(int64_t pixels) { return 0; }
#define odnn_rows_to_planar(...)
#define odnn_planar_to_rows(...)
#endif

// MARK: Weights

size_t odnn_planar_packed(int64_t outputs, int64_t inputs, int64_t area) {
  return (size_t)(planar_group_count(outputs) * odnn_planar_group * inputs * area);
}

void odnn_planar_pack(
    const float *weights, int64_t outputs, int64_t inputs, int64_t area, float *packed) {
  int64_t count = inputs * area;
  memset(packed, 0, sizeof(float) * odnn_planar_packed(outputs, inputs, area));
  for (int64_t i = 0; i < planar_group_count(outputs); i++) {
    int64_t first = planar_group_start(outputs, i), end = planar_group_start(outputs, i + 1);
    for (int64_t k = 0; k < count; k++)
      for (int64_t n = first; n < end; n++)
        packed[(i * count + k) * odnn_planar_group + n - first] = weights[n * count + k];
  }
}

// MARK: Images

void odnn_to_planes(
    const float *rows, int64_t pixels, int64_t channels, int64_t row, float *planes) {
  int64_t plane = odnn_plane_pitch(pixels);
  if (can_transpose(pixels)) {
    odnn_rows_to_planar(rows, row, pixels, channels, planes, plane);
    return;
  }
  for (int64_t c = 0; c < channels; c++)
    for (int64_t p = 0; p < pixels; p++) planes[c * plane + p] = rows[p * row + c];
}

void odnn_from_planes(
    const float *planes, int64_t pixels, int64_t channels, int64_t row, float *rows) {
  int64_t plane = odnn_plane_pitch(pixels);
  if (can_transpose(pixels)) {
    odnn_planar_to_rows(planes, plane, pixels, channels, rows, row);
    return;
  }
  for (int64_t c = 0; c < channels; c++)
    for (int64_t p = 0; p < pixels; p++) rows[p * row + c] = planes[c * plane + p];
}
