#include "Tiles.h"

#include "COneDNN.h"
#include "Loops.h"

#include <stdatomic.h>

static atomic_int tiles_are_off;

void odnn_use_tiles(int use) { atomic_store(&tiles_are_off, !use); }

#if defined(__x86_64__)
#include <immintrin.h>

#define UNROLL _Pragma("clang loop unroll(full)")
// A processor's address is a pointer and a distance once, twice or four times: with a pointer for
// three rows each, no address waits for another. The compiler would make one pointer of them again.
#define KEEP_APART(pointer) __asm__("" : "+r"(pointer))
enum { row_groups = (tile_rows + 2) / 3 };

int odnn_has_tiles(void) {
  return !atomic_load_explicit(&tiles_are_off, memory_order_relaxed) &&
         __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl");
}

/// What is read and written in the end is on its way meanwhile.
ODNN_TILES static inline __attribute__((always_inline)) void fetch(
    const float *p, __mmask16 low, __mmask16 high) {
  if (low) __builtin_prefetch(p, 1);
  if (high) __builtin_prefetch(p + 16, 1);
}

/// 2 × `rows` sums; `rows` is known when this is compiled, so all of them stay in registers.
ODNN_TILES static inline __attribute__((always_inline)) void run(
    const struct tile *t, const float *from, const float *start, float *c, int rows) {
  __mmask16 low = t->columns >= 16 ? 0xFFFF : (__mmask16)((1u << t->columns) - 1);
  __mmask16 high = t->columns <= 16 ? 0 : (__mmask16)((1u << (t->columns - 16)) - 1);
  int64_t a_row = t->a_row, a_step = t->a_step, c_row = t->c_row, start_row = t->start_row;
  UNROLL for (int r = 0; r < rows; r++) {
    fetch(c + r * c_row, low, high);
    if (start && start != c) fetch(start + r * start_row, low, high);
  }
  __m512 first[tile_rows], second[tile_rows];
  UNROLL for (int r = 0; r < rows; r++) first[r] = second[r] = _mm512_setzero_ps();
  const float *b = t->b, *a[row_groups];
  UNROLL for (int g = 0; 3 * g < rows; g++) {
    a[g] = from + 3 * g * a_row;
    KEEP_APART(a[g]);
  }
  for (int64_t step = t->depth; step > 0; step--) {
    __m512 x = _mm512_load_ps(b), y = _mm512_load_ps(b + 16);
    UNROLL for (int r = 0; r < rows; r++) {
      __m512 factor = _mm512_set1_ps(a[r / 3][r % 3 * a_row]);
      first[r] = _mm512_fmadd_ps(factor, x, first[r]);
      second[r] = _mm512_fmadd_ps(factor, y, second[r]);
    }
    UNROLL for (int g = 0; 3 * g < rows; g++) a[g] += a_step;
    b += tile_columns;
  }
  if (t->bias) {
    __m512 x = _mm512_maskz_loadu_ps(low, t->bias), y = _mm512_maskz_loadu_ps(high, t->bias + 16);
    UNROLL for (int r = 0; r < rows; r++) {
      first[r] = _mm512_add_ps(first[r], x);
      second[r] = _mm512_add_ps(second[r], y);
    }
  }
  if (start)
    UNROLL for (int r = 0; r < rows; r++) {
      const float *own = start + r * start_row;
      first[r] = _mm512_add_ps(first[r], _mm512_maskz_loadu_ps(low, own));
      second[r] = _mm512_add_ps(second[r], _mm512_maskz_loadu_ps(high, own + 16));
    }
  if (t->relu)
    UNROLL for (int r = 0; r < rows; r++) {
      first[r] = _mm512_max_ps(first[r], _mm512_setzero_ps());
      second[r] = _mm512_max_ps(second[r], _mm512_setzero_ps());
    }
  UNROLL for (int r = 0; r < rows; r++) {
    _mm512_mask_storeu_ps(c + r * c_row, low, first[r]);
    _mm512_mask_storeu_ps(c + r * c_row + 16, high, second[r]);
  }
}

#define ROWS(n) \
  ODNN_TILES static void run_##n( \
      const struct tile *t, const float *a, const float *start, float *c) { \
    run(t, a, start, c, n); \
  }
ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7)
ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12) ROWS(13) ROWS(14)

typedef void run_function(const struct tile *, const float *, const float *, float *);
static run_function *const of_rows[tile_rows + 1] = {
    0,     run_1, run_2, run_3,  run_4,  run_5,  run_6, run_7,
    run_8, run_9, run_10, run_11, run_12, run_13, run_14};

#else
int odnn_has_tiles(void) { return 0; }
#endif

// Where a tile begins travels in registers: a changed copy of the description would have to be read
// back before the numbers of the last tile are all written.
void odnn_run_tiles(const struct tile *t, int64_t rows) {
  for (int64_t i = 0; i < odnn_tile_count(rows); i++) {
    int64_t first = odnn_tile_start(rows, i), count = odnn_tile_start(rows, i + 1) - first;
    of_rows[count](
        t, t->a + first * t->a_row, t->start ? t->start + first * t->start_row : NULL,
        t->c + first * t->c_row);
  }
}
