#include "Functions.h"
#include "Loops.h"

// Rounding by integer arithmetic, so that every processor does the same, subnormal numbers included.

/// The upper 16 bits of the nearest bfloat16, ties to even.
static inline uint32_t rounded(float x) {
  uint32_t bits = odnn_to_bits(x);
  uint32_t nearest = bits + 0x7FFFu + (bits >> 16 & 1);
  // A carry must not make an infinity of not-a-number, nor cut its mark off.
  return ((bits & 0x7FFFFFFFu) > 0x7F800000u ? bits | 0x400000u : nearest) & 0xFFFF0000u;
}

struct job {
  const float *x;
  const uint16_t *narrow;
  float *y;
  uint16_t *half;
  int64_t count;
};

#define LOOP(name, statement)                                                     \
  ODNN_CLONES static void name(void *context, int64_t part) {                     \
    const struct job *job = context;                                              \
    const float *x = job->x;                                                      \
    const uint16_t *narrow = job->narrow;                                         \
    float *y = job->y;                                                            \
    uint16_t *half = job->half;                                                   \
    int64_t end = odnn_minimum((part + 1) * odnn_part_count, job->count);         \
    ODNN_VECTOR                                                                   \
    for (int64_t i = part * odnn_part_count; i < end; i++) { statement; }         \
    (void)x, (void)narrow, (void)y, (void)half;                                   \
  }

LOOP(round_part, y[i] = odnn_from_bits(rounded(x[i])))
LOOP(narrow_part, half[i] = (uint16_t)(rounded(x[i]) >> 16))
LOOP(both_part, uint32_t bits = rounded(x[i]); half[i] = (uint16_t)(bits >> 16);
     y[i] = odnn_from_bits(bits))
LOOP(widen_part, y[i] = odnn_from_bits((uint32_t)narrow[i] << 16))

static void run(struct job *job, void (*body)(void *, int64_t)) {
  odnn_for_each(odnn_parts(job->count), job->count, job, body);
}

void odnn_round(const float *x, float *y, int64_t count) {
  run(&(struct job){.x = x, .y = y, .count = count}, round_part);
}

void odnn_narrow(const float *x, uint16_t *y, int64_t count) {
  run(&(struct job){.x = x, .half = y, .count = count}, narrow_part);
}

void odnn_narrow_and_round(const float *x, uint16_t *half, float *y, int64_t count) {
  run(&(struct job){.x = x, .half = half, .y = y, .count = count}, both_part);
}

void odnn_widen(const uint16_t *x, float *y, int64_t count) {
  run(&(struct job){.narrow = x, .y = y, .count = count}, widen_part);
}
