#include "ThinRows.h"

#include "Loops.h"
#include "Tiles.h"

#include <string.h>

enum { lanes = 16, most_vectors = 3, deep_rows = 12, short_rows = 8 };

static int64_t vectors_of(const odnn_rows *s) { return (odnn_all_outputs(s) + lanes - 1) / lanes; }

int odnn_rows_are_thin(const odnn_rows *s) {
  return odnn_has_tiles() && vectors_of(s) <= most_vectors;
}

size_t odnn_thin_count(const odnn_rows *s) {
  return odnn_rows_are_thin(s) ? (size_t)(s->inputs * vectors_of(s) * lanes) : 0;
}

void odnn_thin_pack(const odnn_rows *s, const float *const *w, float *packed) {
  int64_t width = vectors_of(s) * lanes, column = 0;
  memset(packed, 0, sizeof(float) * odnn_thin_count(s));
  for (int i = 0; i < s->count; i++)
    for (int64_t n = 0; n < s->outputs[i]; n++, column++)
      for (int64_t k = 0; k < s->inputs; k++)
        packed[k * width + column] = w[i][n * s->inputs + k];
}

#if defined(__x86_64__)
#define INLINE ODNN_TILES static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/// The lanes of `vector` that belong to convolution `i`, whose first output is `begin` of all.
static __mmask16 own_lanes(const odnn_rows *s, int i, int64_t begin, int64_t vector) {
  int64_t first = begin - vector * lanes;
  return odnn_first_lanes(first + s->outputs[i]) & ~odnn_first_lanes(first);
}

/// The sums of `rows` rows, each in `vectors` vectors; both are known when this is compiled. The
/// next rows are fetched meanwhile.
INLINE void run_tile(
    const odnn_rows *s, const float *x, const float *w, float *const *y, int64_t row, int rows,
    int vectors) {
  __m512 sums[deep_rows][most_vectors];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_setzero_ps();
  int64_t step = s->row;
  const float *a[(deep_rows + 2) / 3];
  UNROLL for (int g = 0; 3 * g < rows; g++) {
    a[g] = x + (row + 3 * g) * step;
    ODNN_KEEP_APART(a[g]);
  }
  for (int64_t done = 0; done < s->inputs; done += lanes) {
    UNROLL for (int r = 0; r < rows; r++) __builtin_prefetch(a[r / 3] + (r % 3 + rows) * step);
    for (int64_t left = odnn_minimum(lanes, s->inputs - done); left > 0; left--) {
      __m512 b[most_vectors];
      UNROLL for (int v = 0; v < vectors; v++) b[v] = _mm512_loadu_ps(w + v * lanes);
      UNROLL for (int r = 0; r < rows; r++) {
        __m512 factor = _mm512_set1_ps(a[r / 3][r % 3 * step]);
        UNROLL for (int v = 0; v < vectors; v++)
          sums[r][v] = _mm512_fmadd_ps(factor, b[v], sums[r][v]);
      }
      UNROLL for (int g = 0; 3 * g < rows; g++) a[g]++;
      w += vectors * lanes;
    }
  }
  for (int64_t i = 0, begin = 0; i < s->count; begin += s->outputs[i++])
    UNROLL for (int v = 0; v < vectors; v++) {
      __mmask16 own = own_lanes(s, i, begin, v);
      float *to = y[i] + row * s->outputs[i] + v * lanes - begin;
      UNROLL for (int r = 0; r < rows; r++)
        _mm512_mask_storeu_ps(to + r * s->outputs[i], own, sums[r][v]);
    }
}

/// The last rows of a part may be computed twice, to the same numbers.
INLINE void run_tiles(
    const odnn_rows *s, const float *x, const float *w, int64_t first, int64_t count,
    float *const *y, int rows, int vectors) {
  int64_t end = first + count;
  if (count < rows) {
    for (int64_t row = first; row < end; row++) run_tile(s, x, w, y, row, 1, vectors);
    return;
  }
  for (int64_t row = first; row < end; row += rows)
    run_tile(s, x, w, y, odnn_minimum(row, end - rows), rows, vectors);
}

ODNN_TILES void odnn_thin_forward(
    const odnn_rows *s, const float *x, const float *packed, int64_t first, int64_t count,
    float *const *y) {
  switch (vectors_of(s)) {
  case 1: run_tiles(s, x, packed, first, count, y, deep_rows, 1); break;
  case 2: run_tiles(s, x, packed, first, count, y, deep_rows, 2); break;
  case 3: run_tiles(s, x, packed, first, count, y, short_rows, 3); break;
  }
}
#else
void odnn_thin_forward(
    const odnn_rows *s, const float *x, const float *packed, int64_t first, int64_t count,
    float *const *y) {
  (void)s, (void)x, (void)packed, (void)first, (void)count, (void)y;
}
#endif
