#define _GNU_SOURCE
#include "COneDNN.h"

#include "Fused.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

struct lanes {
  void *context;
  void (*body)(void *, int);
  _Atomic int64_t next;
};

static void run_lane(void *argument, int64_t lane) {
  struct lanes *lanes = argument;
  int before = odnn_set_own_threads(1);
  odnn_adopt_threads(1);
  lanes->body(lanes->context, (int)lane);
  odnn_set_own_threads(before);
}

void odnn_run_lanes(int count, void *context, void (*body)(void *context, int lane)) {
  struct lanes lanes = {.context = context, .body = body};
  // As many elements as make it worth waking the other threads, whatever the threshold.
  odnn_for_each(count, INT64_MAX, &lanes, run_lane);
}

struct odnn_barrier {
  _Alignas(64) _Atomic int waiting;
  _Alignas(64) _Atomic int round;
  int lanes;
};

odnn_barrier *odnn_barrier_create(int lanes) {
  odnn_barrier *b = aligned_alloc(64, sizeof *b);
  if (!b) return NULL;
  atomic_init(&b->waiting, 0);
  atomic_init(&b->round, 0);
  b->lanes = lanes;
  return b;
}

void odnn_barrier_destroy(odnn_barrier *b) { free(b); }

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Spinning is for the case that everybody has a core; who does not come soon has none, and gets
// this one.
enum { spins = 2000 };

void odnn_barrier_wait(odnn_barrier *b) {
  int round = atomic_load_explicit(&b->round, memory_order_relaxed);
  if (atomic_fetch_add_explicit(&b->waiting, 1, memory_order_acq_rel) + 1 == b->lanes) {
    atomic_store_explicit(&b->waiting, 0, memory_order_relaxed);
    atomic_store_explicit(&b->round, round + 1, memory_order_release);
    return;
  }
  for (int i = 0; atomic_load_explicit(&b->round, memory_order_acquire) == round; i++)
    if (i < spins) pause_briefly();
    else sched_yield();
}
