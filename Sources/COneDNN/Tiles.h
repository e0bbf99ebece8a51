#pragma once

#include "COneDNN.h"

#define ODNN_TILES __attribute__((target("avx512f,avx512bw,avx512vl,fma")))

// The heart of every matrix product of ours: a tile of the result, up to 14 rows of 32 columns, kept
// in registers while the inner axis is walked. One factor lies packed in panels of 32 columns, the
// other is read where it is. Each number of the result is one sum in the order of the inner axis,
// whatever tile it falls into, so a row is the same alone and in company.

enum { tile_rows = 14, tile_columns = 32 };

struct tile {
  /// Steps along the inner axis.
  int64_t depth;
  /// Element (row, step) of the first factor is a[row · a_row + step · a_step].
  const float *a;
  int64_t a_row, a_step;
  /// The second factor: depth × 32, packed, in whole cache lines.
  const float *b;
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

/// Rows are shared out evenly among as few tiles as hold them: the number of those, and the row
/// that one begins with.
static inline int64_t odnn_tile_count(int64_t rows) { return (rows + tile_rows - 1) / tile_rows; }
static inline int64_t odnn_tile_start(int64_t rows, int64_t index) {
  return rows * index / odnn_tile_count(rows);
}

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
/// Tiles that are packed at once.
enum { most_packed_tiles = 8 };

/// Up to so many tiles' rows of a matrix whose element (row, step) is a[step · a_step + row], tile after tile, in
/// each step after step in 16 floats of which as many are set as the tile has rows.
void odnn_pack_rows(
    const float *a, int64_t a_step, int64_t depth, int64_t rows, float *packed);
