#pragma once

#include "COneDNN.h"

// One binary for every processor: the loops are compiled for each level and picked when loaded.
#if defined(__x86_64__) && defined(__linux__)
#define ODNN_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ODNN_CLONES
#endif

/// The iterations of the next loop are independent, also where two of its arrays are the same one
/// (an operation in place): without this the compiler falls back to one element at a time there.
#define ODNN_VECTOR _Pragma("omp simd")

/// Elements in a part of a loop: small enough to stay in the second-level cache.
enum { odnn_part_count = 32768 };

static inline int64_t odnn_minimum(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t odnn_parts(int64_t count) {
  return (count + odnn_part_count - 1) / odnn_part_count;
}
