#define _GNU_SOURCE
#include "COneDNN.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// Threads for inference. OpenMP's regions end when every thread has come, also one that found
// nothing to do and had to be woken first; here the caller starts at once, helpers join while there
// is work, and nobody waits for one that is still asleep.

enum { most_helpers = 63, helper_spins = 1500, waiting_spins = 4000 };

struct job {
  void *context;
  void (*body)(void *, int);
  int lanes;
};

static struct {
  pthread_mutex_t lock;
  _Atomic(struct job *) job;
  /// Helpers that look at the job, and that sleep.
  _Atomic int inside, asleep;
  /// Grows with every job; helpers sleep on it.
  _Atomic uint32_t ticket;
  int helpers;
} crew = {.lock = PTHREAD_MUTEX_INITIALIZER};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void sleep_until_after(uint32_t ticket) {
  for (int i = 0; i < helper_spins; i++) {
    if (atomic_load_explicit(&crew.ticket, memory_order_acquire) != ticket) return;
    pause_briefly();
  }
  atomic_fetch_add(&crew.asleep, 1);
  while (atomic_load(&crew.ticket) == ticket)
    syscall(SYS_futex, &crew.ticket, FUTEX_WAIT_PRIVATE, ticket, NULL, NULL, 0);
  atomic_fetch_sub(&crew.asleep, 1);
}

static void *help(void *argument) {
  int lane = (int)(intptr_t)argument;
  uint32_t ticket = 0;
  odnn_set_own_threads(1);
  for (;;) {
    sleep_until_after(ticket);
    ticket = atomic_load(&crew.ticket);
    atomic_fetch_add(&crew.inside, 1);
    struct job *job = atomic_load(&crew.job);
    if (job && lane < job->lanes) {
      odnn_adopt_threads(1);
      job->body(job->context, lane);
    }
    atomic_fetch_sub(&crew.inside, 1);
  }
  return NULL;
}

/// A copy of the process has no helpers.
static void forget_helpers(void) {
  pthread_mutex_init(&crew.lock, NULL);
  atomic_store(&crew.job, NULL);
  atomic_store(&crew.inside, 0);
  atomic_store(&crew.asleep, 0);
  atomic_store(&crew.ticket, 0);
  crew.helpers = 0;
}

static pthread_once_t watched = PTHREAD_ONCE_INIT;
static void watch_forks(void) { pthread_atfork(NULL, NULL, forget_helpers); }

/// Helpers get no signals: those are for the threads that know what to do with them.
static void hire(int count) {
  pthread_once(&watched, watch_forks);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (crew.helpers < count && crew.helpers < most_helpers) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, help, (void *)(intptr_t)(crew.helpers + 1)) != 0) break;
    pthread_detach(thread);
    crew.helpers++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void wait_for_helpers(void) {
  for (int i = 0; atomic_load(&crew.inside) != 0; i++)
    if (i < waiting_spins) pause_briefly();
    else sched_yield();
}

static void run_together(struct job *job) {
  if (crew.helpers < job->lanes - 1) hire(job->lanes - 1);
  atomic_store(&crew.job, job);
  atomic_fetch_add(&crew.ticket, 1);
  if (atomic_load(&crew.asleep) > 0)
    syscall(SYS_futex, &crew.ticket, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
  job->body(job->context, 0);
  atomic_store(&crew.job, NULL);
  wait_for_helpers();
}

void odnn_run_lanes(int lanes, void *context, void (*body)(void *context, int lane)) {
  struct job job = {context, body, lanes};
  int before = odnn_set_own_threads(1);
  odnn_adopt_threads(1);
  // One job at a time; who comes second works alone.
  if (lanes > 1 && pthread_mutex_trylock(&crew.lock) == 0) {
    run_together(&job);
    pthread_mutex_unlock(&crew.lock);
  } else {
    body(context, 0);
  }
  odnn_set_own_threads(before);
}

// MARK: Steps in turn

struct steps {
  const int32_t *parts, *ends;
  int first, end;
  void *context;
  void (*body)(void *, int, int, int, int);
  /// A bit for each part that is taken, and the number of those that are done, from `first` on.
  _Atomic uint32_t *taken;
  _Atomic int32_t *done;
};

static void wait_for_step(const struct steps *s, int step) {
  const _Atomic int32_t *done = &s->done[step - s->first];
  for (int i = 0; atomic_load_explicit(done, memory_order_acquire) < s->parts[step]; i++)
    if (i < waiting_spins) pause_briefly();
    else sched_yield();
}

static void take_part(struct steps *s, int step, int part, int lane) {
  uint32_t own = 1u << part;
  if (atomic_fetch_or_explicit(&s->taken[step - s->first], own, memory_order_relaxed) & own) return;
  s->body(s->context, step, part, s->parts[step], lane);
  atomic_fetch_add_explicit(&s->done[step - s->first], 1, memory_order_release);
}

/// What a lane made in the last group is in its cache: first its own part of each step that has
/// several, then whatever is left, the lanes from both ends.
static void take_group(struct steps *s, int first, int end, int lane) {
  for (int step = first; step < end; step++)
    if (s->parts[step] > 1) take_part(s, step, lane % s->parts[step], lane);
  for (int i = 0; i < end - first; i++) {
    int step = lane % 2 == 0 ? first + i : end - 1 - i;
    for (int k = 0; k < s->parts[step]; k++) take_part(s, step, (lane + k) % s->parts[step], lane);
  }
}

static void take_steps(void *argument, int lane) {
  struct steps *s = argument;
  for (int first = s->first, end; first < s->end; first = end) {
    end = s->ends[first];
    // What cannot be shared stays where the rest of the data is.
    int is_one = end == first + 1 && s->parts[first] == 1;
    if (lane == 0 || !is_one) take_group(s, first, end, lane);
    for (int step = first; step < end; step++) wait_for_step(s, step);
  }
}

int odnn_run_steps(
    int lanes, const int32_t *parts, const int32_t *ends, int first, int end, void *context,
    void (*body)(void *context, int step, int part, int parts, int lane)) {
  size_t count = (size_t)(end - first);
  _Atomic int32_t *counters = calloc(2 * count + 1, sizeof *counters);
  if (!counters) return ENOMEM;
  struct steps steps = {
      parts, ends, first, end, context, body, (_Atomic uint32_t *)counters, counters + count};
  odnn_run_lanes(lanes, &steps, take_steps);
  free(counters);
  return 0;
}
