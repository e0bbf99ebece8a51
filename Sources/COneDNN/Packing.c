#include "Loops.h"
#include "Tiles.h"

// A panel is what a tile reads of the second factor: 32 columns side by side, step after step,
// columns that do not exist as zeros.

#if defined(__x86_64__)
/// Columns that are rows in memory.
ODNN_TILES static void pack_turned(
    const float *b, int64_t b_column, int64_t depth, int64_t columns, float factor,
    float *packed) {
  __mmask16 low = odnn_first_lanes(columns), high = odnn_first_lanes(columns - 16);
  const __m512i lanes =
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i places = _mm512_mullo_epi32(lanes, _mm512_set1_epi32((int)b_column));
  const __m512 scale = _mm512_set1_ps(factor), zero = _mm512_setzero_ps();
  const float *second = b + (high ? 16 * b_column : 0);
  for (int64_t s = 0; s < depth; s++, packed += tile_columns) {
    __m512 x = _mm512_mask_i32gather_ps(zero, low, places, b + s, 4);
    __m512 y = _mm512_mask_i32gather_ps(zero, high, places, second + s, 4);
    _mm512_store_ps(packed, _mm512_mul_ps(x, scale));
    _mm512_store_ps(packed + 16, _mm512_mul_ps(y, scale));
  }
}

ODNN_TILES static void pack_straight(
    const float *b, int64_t b_step, int64_t depth, int64_t columns, float factor, float *packed) {
  __mmask16 low = odnn_first_lanes(columns), high = odnn_first_lanes(columns - 16);
  const __m512 scale = _mm512_set1_ps(factor);
  for (int64_t s = 0; s < depth; s++, b += b_step, packed += tile_columns) {
    _mm512_store_ps(packed, _mm512_mul_ps(_mm512_maskz_loadu_ps(low, b), scale));
    _mm512_store_ps(packed + 16, _mm512_mul_ps(_mm512_maskz_loadu_ps(high, b + 16), scale));
  }
}

void odnn_pack_panel(
    struct factor b, int64_t depth, int64_t columns, int64_t index, float factor,
    float *packed) {
  int64_t first = index * tile_columns, own = odnn_minimum(tile_columns, columns - first);
  if (b.column == 1) pack_straight(b.p + first, b.step, depth, own, factor, packed);
  else pack_turned(b.p + first * b.column, b.column, depth, own, factor, packed);
}
#else
void odnn_pack_panel(
    struct factor b, int64_t depth, int64_t columns, int64_t index, float factor,
    float *packed) {
  (void)b, (void)depth, (void)columns, (void)index, (void)factor, (void)packed;
}
#endif
