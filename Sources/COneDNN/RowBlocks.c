#include "RowBlocks.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f")))
#define INLINE static inline __attribute__((always_inline, target("avx512f")))
#define UNROLL _Pragma("clang loop unroll(full)")

/// `height` rows by `width` vectors, the last of them with the lanes of `last`.
INLINE void multiply_block(
    int height, int width, const float *from, int64_t from_row, int64_t count, const float *w,
    float *to, int64_t to_row, __mmask16 last, int accumulate) {
  __m512 sums[12][3];
  UNROLL for (int r = 0; r < height; r++)
    UNROLL for (int v = 0; v < width; v++) {
      __mmask16 mask = v == width - 1 ? last : 0xFFFF;
      sums[r][v] = accumulate ? _mm512_maskz_loadu_ps(mask, to + r * to_row + v * lanes)
                              : _mm512_setzero_ps();
    }
  for (int64_t k = 0; k < count; k++, w += width * lanes) {
    __m512 factors[3];
    UNROLL for (int v = 0; v < width; v++) factors[v] = _mm512_loadu_ps(w + v * lanes);
    UNROLL for (int r = 0; r < height; r++) {
      __m512 x = _mm512_set1_ps(from[r * from_row + k]);
      UNROLL for (int v = 0; v < width; v++) sums[r][v] = _mm512_fmadd_ps(x, factors[v], sums[r][v]);
    }
  }
  UNROLL for (int r = 0; r < height; r++)
    UNROLL for (int v = 0; v < width; v++) {
      __mmask16 mask = v == width - 1 ? last : 0xFFFF;
      _mm512_mask_storeu_ps(to + r * to_row + v * lanes, mask, sums[r][v]);
    }
}

/// As many rows as leave room for 24 sums, then one by one.
#define MULTIPLY(height, width)                                                               \
  for (; m + height <= rows; m += height)                                                     \
    multiply_block(                                                                           \
        height, width, from + m * from_row, from_row, count, w, to + m * to_row, to_row, last, \
        accumulate);                                                                          \
  for (; m < rows; m++)                                                                       \
    multiply_block(                                                                           \
        1, width, from + m * from_row, from_row, count, w, to + m * to_row, to_row, last,     \
        accumulate)

WIDE void odnn_multiply_rows(
    const float *from, int64_t from_row, int64_t rows, int64_t count, const float *w, float *to,
    int64_t to_row, int64_t columns, int accumulate) {
  int64_t m = 0, width = (columns + lanes - 1) / lanes;
  __mmask16 last = (__mmask16)((1u << (columns - (width - 1) * lanes)) - 1);
  if (width == 1) {
    MULTIPLY(12, 1);
  } else if (width == 2) {
    MULTIPLY(12, 2);
  } else {
    MULTIPLY(8, 3);
  }
}

INLINE void add_block(
    int height, int width, const float *dy, int64_t dy_row, const float *x, int64_t x_row,
    __mmask16 last, int64_t rows, float *to, int64_t to_row) {
  __m512 sums[weight_rows][4];
  UNROLL for (int n = 0; n < height; n++)
    UNROLL for (int v = 0; v < width; v++) sums[n][v] = _mm512_loadu_ps(to + n * to_row + v * lanes);
  for (int64_t m = 0; m < rows; m++, dy += dy_row, x += x_row) {
    __m512 factors[4];
    UNROLL for (int v = 0; v < width; v++)
      factors[v] = _mm512_maskz_loadu_ps(v == width - 1 ? last : 0xFFFF, x + v * lanes);
    UNROLL for (int n = 0; n < height; n++) {
      __m512 g = _mm512_set1_ps(dy[n]);
      UNROLL for (int v = 0; v < width; v++) sums[n][v] = _mm512_fmadd_ps(g, factors[v], sums[n][v]);
    }
  }
  UNROLL for (int n = 0; n < height; n++)
    UNROLL for (int v = 0; v < width; v++) _mm512_storeu_ps(to + n * to_row + v * lanes, sums[n][v]);
}

#define ADD(height, width) \
  add_block(height, width, dy, dy_row, x, x_row, last, rows, sums, sum_row)

#define ADD_ROWS(height)              \
  switch (width) {                    \
  case 1: ADD(height, 1); return;     \
  case 2: ADD(height, 2); return;     \
  case 3: ADD(height, 3); return;     \
  default: ADD(height, 4); return;    \
  }

WIDE void odnn_add_products(
    const float *dy, int64_t dy_row, int64_t n, const float *x, int64_t x_row, int64_t k,
    int64_t rows, float *sums, int64_t sum_row) {
  int64_t width = (k + lanes - 1) / lanes;
  __mmask16 last = (__mmask16)((1u << (k - (width - 1) * lanes)) - 1);
  switch (n) {
  case 1: ADD_ROWS(1)
  case 2: ADD_ROWS(2)
  case 3: ADD_ROWS(3)
  case 4: ADD_ROWS(4)
  case 5: ADD_ROWS(5)
  default: ADD_ROWS(6)
  }
}

#else

void odnn_multiply_rows(
    const float *from, int64_t from_row, int64_t rows, int64_t count, const float *w, float *to,
    int64_t to_row, int64_t columns, int accumulate) {
  (void)from, (void)from_row, (void)rows, (void)count, (void)w, (void)to, (void)to_row;
  (void)columns, (void)accumulate;
}

void odnn_add_products(
    const float *dy, int64_t dy_row, int64_t n, const float *x, int64_t x_row, int64_t k,
    int64_t rows, float *sums, int64_t sum_row) {
  (void)dy, (void)dy_row, (void)n, (void)x, (void)x_row, (void)k, (void)rows, (void)sums;
  (void)sum_row;
}

#endif
