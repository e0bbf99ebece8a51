#pragma once

#include "COneDNN.h"

#if defined(__x86_64__)
#include <immintrin.h>

/// The first of 16 lanes: none below 1, all from 16 on.
static inline __mmask16 odnn_first_lanes(int64_t count) {
  return count >= 16 ? 0xFFFF : count <= 0 ? 0 : (__mmask16)((1u << count) - 1);
}
#endif

// A processor's address is a pointer and a distance once, twice or four times: with a pointer for
// three rows each, no address waits for another. The compiler would make one pointer of them again.
#define ODNN_KEEP_APART(pointer) __asm__("" : "+r"(pointer))

#define ODNN_TILES __attribute__((target("avx512f,avx512bw,avx512vl,fma")))

// The heart of every matrix product and convolution of ours: a tile of the result, up to 14 rows of 32
// columns or 16 rows of 16, kept in registers while the inner axis is walked. One factor lies packed in panels of 32 columns, the
// other is read where it is. Each number of the result is one sum in the order of the inner axis,
// whatever tile it falls into, so a row is the same alone and in company.

enum { tile_rows = 14, tile_columns = 32, narrow_rows = 16, narrow_columns = 16 };

struct tile {
  /// Steps along a stretch of the inner axis.
  int64_t depth;
  /// Element (row, step) of the first factor is a[row · a_row + step · a_step].
  const float *a;
  int64_t a_row, a_step;
  /// Where in the first factor each of several stretches begins; null if there is one, at 0.
  const int64_t *stretches;
  int64_t stretch_count;
  /// The second factor, 16 or 32 columns in every `b_step`, stretch after stretch.
  const float *b;
  int64_t b_step;
  /// What is added to the sums: a row of numbers for all rows, or null; and a number for each place
  /// (which may be `c`), or null.
  const float *bias, *start;
  int64_t start_row;
  float *c;
  int64_t c_row;
  /// Columns that exist, 1 to 32; the others are not touched.
  int32_t columns;
  /// Whether what is negative in the end becomes zero.
  int32_t relu;
};

/// c = a · b + bias + start for any number of rows.
void odnn_run_tiles(const struct tile *tile, int64_t rows);

// MARK: Packing (Packing.c)

/// Floats of `depth` steps of `columns` columns in panels.
static inline size_t odnn_panel_count(int64_t depth, int64_t columns) {
  return (size_t)((columns + tile_columns - 1) / tile_columns * tile_columns * depth);
}

/// A matrix whose element (step, column) is p[step · step + column · column]; one of the two
/// distances is 1.
struct factor {
  const float *p;
  int64_t step, column;
};

/// Panel `index` of it, times `factor`.
void odnn_pack_panel(
    struct factor b, int64_t depth, int64_t columns, int64_t index, float factor,
    float *packed);
