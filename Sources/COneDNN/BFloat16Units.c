#define _GNU_SOURCE
#include "COneDNN.h"

#include <dnnl.h>
#include <pthread.h>
#include <time.h>

// bfloat16 instructions are no promise of speed: `vdpbf16ps` does two multiply-adds in the place of
// one, and on some processors runs a quarter as often as `vfmadd`, on others as often. Both are timed
// once, on registers alone; the answers lie so far apart (0.5 and 2) that the same machine always
// chooses the same.

static pthread_once_t once = PTHREAD_ONCE_INIT;
static odnn_units suitable = odnn_units_none;
static _Thread_local int own_units = -1, own_arithmetic;

#if defined(__x86_64__)
#include <immintrin.h>

enum { chains = 12, rounds = 4000, trials = 5 };

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static volatile float sink;

__attribute__((target("avx512f"))) static void multiply_floats(void) {
  __m512 sums[chains], x = _mm512_set1_ps(0.5f);
  for (int k = 0; k < chains; k++) sums[k] = _mm512_set1_ps((float)k);
  for (int i = 0; i < rounds; i++)
#pragma clang loop unroll(full)
    for (int k = 0; k < chains; k++) sums[k] = _mm512_fmadd_ps(sums[k], x, x);
  for (int k = 1; k < chains; k++) sums[0] = _mm512_add_ps(sums[0], sums[k]);
  sink = _mm512_cvtss_f32(sums[0]);
}

__attribute__((target("avx512f,avx512bw,avx512bf16"))) static void multiply_pairs(void) {
  __m512 sums[chains];
  __m512bh x = (__m512bh)_mm512_set1_epi16(0x3F00);
  for (int k = 0; k < chains; k++) sums[k] = _mm512_set1_ps((float)k);
  for (int i = 0; i < rounds; i++)
#pragma clang loop unroll(full)
    for (int k = 0; k < chains; k++) sums[k] = _mm512_dpbf16_ps(sums[k], x, x);
  for (int k = 1; k < chains; k++) sums[0] = _mm512_add_ps(sums[0], sums[k]);
  sink = _mm512_cvtss_f32(sums[0]);
}

static double fastest(void (*body)(void)) {
  double best = 1;
  for (int i = 0; i < trials; i++) {
    double start = seconds();
    body();
    double time = seconds() - start;
    if (time < best) best = time;
  }
  return best;
}

static void choose(void) {
  int isa = (int)dnnl_get_effective_cpu_isa();
  int bfloat16 = (int)dnnl_cpu_isa_avx512_core_bf16, tiles = (int)dnnl_cpu_isa_avx512_core_amx;
  if ((isa & bfloat16) != bfloat16) return;
  if ((isa & tiles) == tiles) {
    suitable = odnn_units_bfloat16;
    return;
  }
  double floats = fastest(multiply_floats), pairs = fastest(multiply_pairs);
  suitable = 2 * floats > 1.25 * pairs ? odnn_units_bfloat16 : odnn_units_float;
}
#else
static void choose(void) {}
#endif

odnn_units odnn_bfloat16_units(void) {
  if (own_units >= 0) return (odnn_units)own_units;
  pthread_once(&once, choose);
  return suitable;
}

int odnn_set_own_bfloat16_units(int units) {
  int before = own_units;
  own_units = units;
  return before;
}

int odnn_own_arithmetic(void) { return own_arithmetic; }

int odnn_set_own_arithmetic(int arithmetic) {
  int before = own_arithmetic;
  own_arithmetic = arithmetic;
  return before;
}
