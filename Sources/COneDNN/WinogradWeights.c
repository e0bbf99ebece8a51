#include "Loops.h"
#include "Tiles.h"
#include "Winograd.h"

#if defined(__x86_64__)
#define INLINE ODNN_TILES static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
enum { side = winograd_side, taps = 3 };

/// G g, along one axis.
INLINE void transform(const __m512 g[taps], __m512 u[side]) {
  const __m512 sixth = _mm512_set1_ps(1.f / 6), twelfth = _mm512_set1_ps(1.f / 12);
  __m512 outer = _mm512_mul_ps(_mm512_add_ps(g[0], g[2]), sixth);
  __m512 inner = _mm512_mul_ps(g[1], sixth);
  __m512 far = _mm512_fmadd_ps(g[0], _mm512_set1_ps(1.f / 24), _mm512_mul_ps(g[2], sixth));
  u[0] = _mm512_mul_ps(g[0], _mm512_set1_ps(.25f));
  u[1] = _mm512_sub_ps(_mm512_setzero_ps(), _mm512_add_ps(outer, inner));
  u[2] = _mm512_sub_ps(inner, outer);
  u[3] = _mm512_fmadd_ps(g[1], twelfth, far);
  u[4] = _mm512_fnmadd_ps(g[1], twelfth, far);
  u[5] = g[2];
}

/// Gᵀ u, along one axis.
INLINE void transform_back(const __m512 u[side], __m512 g[taps]) {
  const __m512 sixth = _mm512_set1_ps(1.f / 6);
  __m512 a = _mm512_mul_ps(_mm512_add_ps(u[1], u[2]), sixth), b = _mm512_add_ps(u[3], u[4]);
  __m512 c = _mm512_mul_ps(_mm512_sub_ps(u[2], u[1]), sixth), d = _mm512_sub_ps(u[3], u[4]);
  g[0] = _mm512_fmadd_ps(
      u[0], _mm512_set1_ps(.25f), _mm512_fmsub_ps(b, _mm512_set1_ps(1.f / 24), a));
  g[1] = _mm512_fmadd_ps(d, _mm512_set1_ps(1.f / 12), c);
  g[2] = _mm512_add_ps(_mm512_fmsub_ps(b, sixth, a), u[5]);
}

/// 0, step, 2 · step, …
INLINE __m512i places(int64_t step) {
  const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  return _mm512_mullo_epi32(lanes, _mm512_set1_epi32((int)step));
}

/// 16 windows, `step` floats apart, from their first or, for the way back, from their last number.
ODNN_TILES static void pack(
    const float *windows, int64_t step, int is_back, __mmask16 lanes, float *to, int64_t place) {
  __m512 g[taps], t[side][taps], o[side];
  UNROLL for (int j = 0; j < taps; j++) {
    UNROLL for (int i = 0; i < taps; i++) {
      int tap = is_back ? taps * taps - 1 - (taps * i + j) : taps * i + j;
      g[i] = _mm512_mask_i32gather_ps(
          _mm512_setzero_ps(), lanes, places(step), windows + tap, sizeof(float));
    }
    transform(g, o);
    UNROLL for (int i = 0; i < side; i++) t[i][j] = o[i];
  }
  UNROLL for (int i = 0; i < side; i++) {
    transform(t[i], o);
    UNROLL for (int j = 0; j < side; j++) _mm512_storeu_ps(to + (side * i + j) * place, o[j]);
  }
}

struct pack_job {
  const struct winograd *w;
  int is_back;
  const float *weights;
  float *packed;
};

/// The weights of one channel: in panels of 32 outputs, then the 16 that may be left.
static void pack_channel(void *context, int64_t c) {
  const struct pack_job *job = context;
  int64_t inputs = job->w->channels, outputs = job->w->outputs, all = odnn_whole_blocks(outputs);
  int64_t window = winograd_taps, out_step = job->is_back ? window : inputs * window;
  int64_t in_step = job->is_back ? outputs * window : window;
  for (int64_t k = 0; k < outputs; k += winograd_block) {
    int64_t panel = k / tile_columns * tile_columns;
    int64_t width = odnn_minimum(tile_columns, all - panel);
    pack(
        job->weights + k * out_step + c * in_step, out_step, job->is_back,
        odnn_first_lanes(outputs - k), job->packed + panel * inputs + c * width + k - panel,
        inputs * all);
  }
}

void odnn_pack_winograd(
    const struct winograd *w, odnn_direction direction, const float *weights, float *packed) {
  struct pack_job job = {w, direction == odnn_backward_data, weights, packed};
  odnn_for_each(
      w->channels, (int64_t)odnn_winograd_packed_count(w), &job, pack_channel);
}

// MARK: Gradients

struct unpack_job {
  const struct winograd *w;
  const float *sums;
  int count;
  float *weights;
};

/// The sums of place `place`, added up in their order.
INLINE __m512 total(const float *sums, int count, int64_t step) {
  __m512 result = _mm512_loadu_ps(sums);
  for (int i = 1; i < count; i++)
    result = _mm512_add_ps(result, _mm512_loadu_ps(sums + i * step));
  return result;
}

/// The gradients of 16 windows, `step` floats apart.
ODNN_TILES static void unpack(
    const float *sums, int count, int64_t place, float *windows, int64_t step, __mmask16 lanes) {
  __m512 u[side], t[taps][side], g[taps];
  UNROLL for (int j = 0; j < side; j++) {
    UNROLL for (int i = 0; i < side; i++)
      u[i] = total(sums + (side * i + j) * place, count, winograd_places * place);
    transform_back(u, g);
    UNROLL for (int i = 0; i < taps; i++) t[i][j] = g[i];
  }
  UNROLL for (int i = 0; i < taps; i++) {
    transform_back(t[i], g);
    UNROLL for (int j = 0; j < taps; j++)
      _mm512_mask_i32scatter_ps(windows + taps * i + j, lanes, places(step), g[j], sizeof(float));
  }
}

static void unpack_channel(void *context, int64_t c) {
  const struct unpack_job *job = context;
  int64_t inputs = job->w->channels, outputs = job->w->outputs, all = odnn_whole_blocks(outputs);
  int64_t row = c % winograd_block, block = c - row;
  for (int64_t k = 0; k < outputs; k += winograd_block)
    unpack(
        job->sums + block * all + k * winograd_block + row * winograd_block, job->count,
        odnn_whole_blocks(inputs) * all, job->weights + (k * inputs + c) * winograd_taps,
        inputs * winograd_taps, odnn_first_lanes(outputs - k));
}

void odnn_unpack_winograd(
    const struct winograd *w, const float *sums, int count, float *weights) {
  struct unpack_job job = {w, sums, count, weights};
  odnn_for_each(w->channels, (int64_t)odnn_winograd_packed_count(w), &job, unpack_channel);
}
#else
void odnn_pack_winograd(
    const struct winograd *w, odnn_direction direction, const float *weights, float *packed) {
  (void)w, (void)direction, (void)weights, (void)packed;
}
#endif
