#include "Tiles.h"

#include "COneDNN.h"
#include "Loops.h"

#include <stdatomic.h>

static atomic_int tiles_are_off;

void odnn_use_tiles(int use) { atomic_store(&tiles_are_off, !use); }

#if defined(__x86_64__)
#define UNROLL _Pragma("clang loop unroll(full)")
enum { row_groups = (narrow_rows + 2) / 3 };

int odnn_has_tiles(void) {
  return !atomic_load_explicit(&tiles_are_off, memory_order_relaxed) &&
         __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl");
}

/// What is read and written in the end is on its way meanwhile.
ODNN_TILES static inline __attribute__((always_inline)) void fetch(const float *p, int wide) {
  __builtin_prefetch(p, 1);
  if (wide) __builtin_prefetch(p + 16, 1);
}

/// `rows` sums of one or two vectors; `rows` and `wide` are known when this is compiled, so all of
/// them stay in registers.
ODNN_TILES static inline __attribute__((always_inline)) void run(
    const struct tile *t, const float *from, const float *start, float *c, int rows, int wide) {
  __mmask16 low = odnn_first_lanes(t->columns), high = odnn_first_lanes(t->columns - 16);
  int64_t a_row = t->a_row, a_step = t->a_step, b_step = t->b_step;
  int64_t c_row = t->c_row, start_row = t->start_row;
  UNROLL for (int r = 0; r < rows; r++) {
    fetch(c + r * c_row, wide);
    if (start && start != c) fetch(start + r * start_row, wide);
  }
  __m512 first[narrow_rows], second[narrow_rows];
  UNROLL for (int r = 0; r < rows; r++) first[r] = second[r] = _mm512_setzero_ps();
  const float *b = t->b, *a[row_groups];
  int64_t stretches = t->stretches ? t->stretch_count : 1;
  for (int64_t s = 0; s < stretches; s++) {
    const float *begin = t->stretches ? from + t->stretches[s] : from;
    UNROLL for (int g = 0; 3 * g < rows; g++) {
      a[g] = begin + 3 * g * a_row;
      ODNN_KEEP_APART(a[g]);
    }
    for (int64_t step = t->depth; step > 0; step--) {
      __m512 x = _mm512_loadu_ps(b), y = wide ? _mm512_loadu_ps(b + 16) : x;
      UNROLL for (int r = 0; r < rows; r++) {
        __m512 factor = _mm512_set1_ps(a[r / 3][r % 3 * a_row]);
        first[r] = _mm512_fmadd_ps(factor, x, first[r]);
        if (wide) second[r] = _mm512_fmadd_ps(factor, y, second[r]);
      }
      UNROLL for (int g = 0; 3 * g < rows; g++) a[g] += a_step;
      b += b_step;
    }
  }
  if (t->bias) {
    __m512 x = _mm512_maskz_loadu_ps(low, t->bias);
    __m512 y = wide ? _mm512_maskz_loadu_ps(high, t->bias + 16) : x;
    UNROLL for (int r = 0; r < rows; r++) {
      first[r] = _mm512_add_ps(first[r], x);
      if (wide) second[r] = _mm512_add_ps(second[r], y);
    }
  }
  if (start)
    UNROLL for (int r = 0; r < rows; r++) {
      const float *own = start + r * start_row;
      first[r] = _mm512_add_ps(first[r], _mm512_maskz_loadu_ps(low, own));
      if (wide) second[r] = _mm512_add_ps(second[r], _mm512_maskz_loadu_ps(high, own + 16));
    }
  if (t->relu)
    UNROLL for (int r = 0; r < rows; r++) {
      // The second operand comes through where either is no number.
      first[r] = _mm512_max_ps(_mm512_setzero_ps(), first[r]);
      if (wide) second[r] = _mm512_max_ps(_mm512_setzero_ps(), second[r]);
    }
  UNROLL for (int r = 0; r < rows; r++) {
    _mm512_mask_storeu_ps(c + r * c_row, low, first[r]);
    if (wide) _mm512_mask_storeu_ps(c + r * c_row + 16, high, second[r]);
  }
}

#define ROWS(kind, n, is_wide)                                           \
  ODNN_TILES static void kind##_##n(                                     \
      const struct tile *t, const float *a, const float *start, float *c) { \
    run(t, a, start, c, n, is_wide);                                     \
  }
#define WIDE(n) ROWS(wide, n, 1)
#define NARROW(n) ROWS(narrow, n, 0)
WIDE(1) WIDE(2) WIDE(3) WIDE(4) WIDE(5) WIDE(6) WIDE(7)
WIDE(8) WIDE(9) WIDE(10) WIDE(11) WIDE(12) WIDE(13) WIDE(14)
NARROW(1) NARROW(2) NARROW(3) NARROW(4) NARROW(5) NARROW(6) NARROW(7) NARROW(8)
NARROW(9) NARROW(10) NARROW(11) NARROW(12) NARROW(13) NARROW(14) NARROW(15) NARROW(16)

typedef void run_function(const struct tile *, const float *, const float *, float *);
static run_function *const wide_rows[tile_rows + 1] = {
    0,      wide_1, wide_2, wide_3,  wide_4,  wide_5,  wide_6, wide_7,
    wide_8, wide_9, wide_10, wide_11, wide_12, wide_13, wide_14};
static run_function *const narrow_rows_of[narrow_rows + 1] = {
    0,        narrow_1, narrow_2,  narrow_3,  narrow_4,  narrow_5,  narrow_6,  narrow_7, narrow_8,
    narrow_9, narrow_10, narrow_11, narrow_12, narrow_13, narrow_14, narrow_15, narrow_16};

// Where a tile begins travels in registers: a changed copy of the description would have to be read
// back before the numbers of the last tile are all written.
void odnn_run_tiles(const struct tile *t, int64_t rows) {
  int is_narrow = t->columns <= narrow_columns;
  run_function *const *functions = is_narrow ? narrow_rows_of : wide_rows;
  int64_t most = is_narrow ? narrow_rows : tile_rows, tiles = (rows + most - 1) / most;
  for (int64_t i = 0; i < tiles; i++) {
    int64_t first = rows * i / tiles, count = rows * (i + 1) / tiles - first;
    functions[count](
        t, t->a + first * t->a_row, t->start ? t->start + first * t->start_row : NULL,
        t->c + first * t->c_row);
  }
}
#else
int odnn_has_tiles(void) { return 0; }
void odnn_run_tiles(const struct tile *t, int64_t rows) { (void)t, (void)rows; }
#endif
