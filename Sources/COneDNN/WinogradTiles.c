#include "Loops.h"
#include "Tiles.h"
#include "Winograd.h"

#if defined(__x86_64__)
#define INLINE ODNN_TILES static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
enum { side = winograd_side, step = winograd_step };

/// Bᵀ d, along one axis.
INLINE void transform_input(const __m512 d[side], __m512 t[side]) {
  const __m512 two = _mm512_set1_ps(2), four = _mm512_set1_ps(4), five = _mm512_set1_ps(5);
  __m512 a = _mm512_fnmadd_ps(four, d[2], d[4]), b = _mm512_fnmadd_ps(four, d[1], d[3]);
  __m512 c = _mm512_sub_ps(d[4], d[2]), e = _mm512_sub_ps(d[3], d[1]);
  t[0] = _mm512_fmadd_ps(four, d[0], _mm512_fnmadd_ps(five, d[2], d[4]));
  t[1] = _mm512_add_ps(a, b);
  t[2] = _mm512_sub_ps(a, b);
  t[3] = _mm512_fmadd_ps(two, e, c);
  t[4] = _mm512_fnmadd_ps(two, e, c);
  t[5] = _mm512_fmadd_ps(four, d[1], _mm512_fnmadd_ps(five, d[3], d[5]));
}

/// Aᵀ m, along one axis.
INLINE void transform_output(const __m512 m[side], __m512 y[step]) {
  const __m512 two = _mm512_set1_ps(2), four = _mm512_set1_ps(4), eight = _mm512_set1_ps(8);
  __m512 a = _mm512_add_ps(m[1], m[2]), b = _mm512_sub_ps(m[1], m[2]);
  __m512 c = _mm512_add_ps(m[3], m[4]), d = _mm512_sub_ps(m[3], m[4]);
  y[0] = _mm512_add_ps(_mm512_add_ps(m[0], a), c);
  y[1] = _mm512_fmadd_ps(two, d, b);
  y[2] = _mm512_fmadd_ps(four, c, a);
  y[3] = _mm512_fmadd_ps(eight, d, _mm512_add_ps(b, m[5]));
}

/// A y, along one axis: the transpose of the transformation above.
INLINE void transform_gradient(const __m512 y[step], __m512 t[side]) {
  const __m512 two = _mm512_set1_ps(2), four = _mm512_set1_ps(4);
  __m512 a = _mm512_add_ps(y[0], y[2]), b = _mm512_add_ps(y[1], y[3]);
  __m512 c = _mm512_fmadd_ps(four, y[2], y[0]), d = _mm512_fmadd_ps(four, y[3], y[1]);
  t[0] = y[0];
  t[1] = _mm512_add_ps(a, b);
  t[2] = _mm512_sub_ps(a, b);
  t[3] = _mm512_fmadd_ps(two, d, c);
  t[4] = _mm512_fnmadd_ps(two, d, c);
  t[5] = y[3];
}

ODNN_TILES void odnn_winograd_input(
    const struct winograd *w, const float *x, int64_t tile, float *to) {
  struct winograd_place at = odnn_winograd_place(w, tile);
  int64_t top = at.row - w->above, left = at.column - w->left, pixel = w->channels;
  int64_t row = w->width * pixel, place = odnn_winograd_place_step(w, w->channels);
  const float *from = x + ((at.image * w->height + top) * w->width + left) * pixel;
  for (int64_t c = 0; c < w->channels; c += winograd_block) {
    __mmask16 lanes = odnn_first_lanes(w->channels - c), rows[side];
    for (int i = 0; i < side; i++) rows[i] = top + i >= 0 && top + i < w->height ? lanes : 0;
    __m512 t[side][side], d[side], o[side];
    UNROLL for (int j = 0; j < side; j++) {
      int is_inside = left + j >= 0 && left + j < w->width;
      UNROLL for (int i = 0; i < side; i++)
        d[i] = is_inside ? _mm512_maskz_loadu_ps(rows[i], from + i * row + j * pixel + c)
                         : _mm512_setzero_ps();
      transform_input(d, o);
      UNROLL for (int i = 0; i < side; i++) t[i][j] = o[i];
    }
    UNROLL for (int i = 0; i < side; i++) {
      transform_input(t[i], o);
      UNROLL for (int j = 0; j < side; j++) _mm512_storeu_ps(to + (side * i + j) * place, o[j]);
    }
    to += w->at_once * winograd_block;
  }
}

ODNN_TILES void odnn_winograd_gradient(
    const struct winograd *w, const float *y, int64_t tile, float *to) {
  struct winograd_place at = odnn_winograd_place(w, tile);
  int64_t pixel = w->outputs, row = w->out_width * pixel;
  int64_t place = odnn_winograd_place_step(w, w->outputs);
  const float *from = y + ((at.image * w->out_height + at.row) * w->out_width + at.column) * pixel;
  for (int64_t k = 0; k < w->outputs; k += winograd_block) {
    __mmask16 lanes = odnn_first_lanes(w->outputs - k), rows[step];
    for (int i = 0; i < step; i++) rows[i] = at.row + i < w->out_height ? lanes : 0;
    __m512 t[side][step], d[step], o[side];
    UNROLL for (int j = 0; j < step; j++) {
      int is_inside = at.column + j < w->out_width;
      UNROLL for (int i = 0; i < step; i++)
        d[i] = is_inside ? _mm512_maskz_loadu_ps(rows[i], from + i * row + j * pixel + k)
                         : _mm512_setzero_ps();
      transform_gradient(d, o);
      UNROLL for (int i = 0; i < side; i++) t[i][j] = o[i];
    }
    UNROLL for (int i = 0; i < side; i++) {
      transform_gradient(t[i], o);
      UNROLL for (int j = 0; j < side; j++) _mm512_storeu_ps(to + (side * i + j) * place, o[j]);
    }
    to += w->at_once * winograd_block;
  }
}

ODNN_TILES void odnn_winograd_output(
    const struct winograd *w, const float *from, struct winograd_end end, int64_t tile, float *y) {
  struct winograd_place at = odnn_winograd_place(w, tile);
  int64_t pixel = w->outputs, row = w->out_width * pixel;
  int64_t place = odnn_winograd_place_step(w, w->outputs);
  int64_t rows = w->out_height - at.row, columns = w->out_width - at.column;
  int64_t first = ((at.image * w->out_height + at.row) * w->out_width + at.column) * pixel;
  const __m512 least = _mm512_set1_ps(end.least);
  for (int64_t k = 0; k < w->outputs; k += winograd_block) {
    __mmask16 lanes = odnn_first_lanes(w->outputs - k);
    __m512 bias = end.bias ? _mm512_maskz_loadu_ps(lanes, end.bias + k) : _mm512_setzero_ps();
    __m512 t[step][side], m[side], o[step];
    UNROLL for (int j = 0; j < side; j++) {
      UNROLL for (int i = 0; i < side; i++) m[i] = _mm512_loadu_ps(from + (side * i + j) * place);
      transform_output(m, o);
      UNROLL for (int i = 0; i < step; i++) t[i][j] = o[i];
    }
    UNROLL for (int i = 0; i < step; i++) {
      if (i >= rows) break;
      transform_output(t[i], o);
      UNROLL for (int j = 0; j < step; j++) {
        if (j >= columns) continue;
        int64_t to = first + i * row + j * pixel + k;
        __m512 v = _mm512_add_ps(o[j], bias);
        if (end.addend) v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(lanes, end.addend + to));
        // Of a number and what is none, the second is taken: a NaN stays.
        _mm512_mask_storeu_ps(y + to, lanes, _mm512_max_ps(least, v));
      }
    }
    from += w->at_once * winograd_block;
  }
}
#endif
