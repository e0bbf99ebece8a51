#include "Loops.h"
#include "Tiles.h"
#include "Winograd.h"

#include <string.h>

#if defined(__x86_64__)
#define UNROLL _Pragma("clang loop unroll(full)")

struct job {
  const struct winograd *w;
  const float *x, *gradient;
  float *scratch;
  int lanes;
};

/// sums[16 × 16] += aᵀ · b over tiles; a sum of these tiles alone, added to the others.
ODNN_TILES static void collect(const float *a, const float *b, int64_t tiles, float *sums) {
  __m512 s[winograd_block];
  UNROLL for (int r = 0; r < winograd_block; r++) s[r] = _mm512_setzero_ps();
  for (; tiles > 0; tiles--, a += winograd_block, b += winograd_block) {
    __m512 y = _mm512_loadu_ps(b);
    UNROLL for (int r = 0; r < winograd_block; r++)
      s[r] = _mm512_fmadd_ps(_mm512_set1_ps(a[r]), y, s[r]);
  }
  UNROLL for (int r = 0; r < winograd_block; r++) {
    float *to = sums + winograd_block * r;
    _mm512_storeu_ps(to, _mm512_add_ps(s[r], _mm512_loadu_ps(to)));
  }
}

static void collect_place(
    const struct winograd *w, const float *a, const float *b, int64_t tiles, float *sums) {
  for (int64_t c = 0; c < odnn_whole_blocks(w->channels); c += winograd_block)
    for (int64_t k = 0; k < odnn_whole_blocks(w->outputs); k += winograd_block) {
      collect(a + c * w->at_once, b + k * w->at_once, tiles, sums);
      sums += winograd_block * winograd_block;
    }
}

static void collect_tiles(
    const struct job *job, int64_t first, int64_t count, float *a, float *b, float *sums) {
  const struct winograd *w = job->w;
  int64_t a_place = odnn_winograd_place_step(w, w->channels), fetched = 0;
  int64_t b_place = odnn_winograd_place_step(w, w->outputs);
  int64_t sums_place = (int64_t)odnn_winograd_sums_count(w) / winograd_places;
  struct winograd_images inputs = odnn_winograd_inputs(w, job->x);
  struct winograd_images outputs = odnn_winograd_outputs(w, job->gradient);
  for (int64_t t = 0; t < count; t++) {
    odnn_winograd_input(w, job->x, first + t, a + t * winograd_block);
    odnn_winograd_gradient(w, job->gradient, first + t, b + t * winograd_block);
  }
  for (int64_t place = 0; place < winograd_places; place++) {
    for (; fetched < count * (place + 1) / winograd_places; fetched++) {
      odnn_winograd_fetch(w, outputs, first + count + fetched, 0);
      odnn_winograd_fetch(w, inputs, first + count + fetched, 0);
    }
    collect_place(w, a + place * a_place, b + place * b_place, count, sums + place * sums_place);
  }
}

/// One share of the tiles, always the same, into sums of its own.
static void collect_lane(void *context, int64_t lane) {
  const struct job *job = context;
  const struct winograd *w = job->w;
  int64_t end = w->tiles * (lane + 1) / job->lanes;
  float *sums = job->scratch + lane * odnn_winograd_sums_count(w);
  float *a = job->scratch + job->lanes * odnn_winograd_sums_count(w) + lane * odnn_winograd_tiles_count(w);
  float *b = a + winograd_places * odnn_winograd_place_step(w, w->channels);
  memset(sums, 0, sizeof(float) * odnn_winograd_sums_count(w));
  for (int64_t first = w->tiles * lane / job->lanes; first < end; first += w->at_once)
    collect_tiles(job, first, odnn_minimum(w->at_once, end - first), a, b, sums);
}

void odnn_winograd_weights(
    const struct winograd *w, const float *x, const float *gradient, float *weights, int threads,
    float *scratch) {
  struct job job = {w, x, gradient, scratch, threads};
  odnn_for_each(threads, INT64_MAX, &job, collect_lane);
  odnn_unpack_winograd(w, scratch, threads, weights);
}
#else
void odnn_winograd_weights(
    const struct winograd *w, const float *x, const float *gradient, float *weights, int threads,
    float *scratch) {
  (void)w, (void)x, (void)gradient, (void)weights, (void)threads, (void)scratch;
}
#endif
