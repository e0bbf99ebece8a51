#define _GNU_SOURCE
#include "COneDNN.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

// The OpenMP runtime that oneDNN brought along, found by name so that there is never a second one
// beside it. `GOMP_parallel` is libgomp's entry point for a parallel region; the LLVM and Intel
// runtimes export it as well. Without any, loops run on the calling thread.
static struct {
  void (*parallel)(void (*)(void *), void *, unsigned, unsigned);
  void (*set_threads)(int);
  int (*max_threads)(void);
} openmp;
static pthread_once_t found = PTHREAD_ONCE_INIT;
static atomic_int wanted_threads;
static _Thread_local int own_threads;

static void find_openmp(void) {
  *(void **)&openmp.parallel = dlsym(RTLD_DEFAULT, "GOMP_parallel");
  *(void **)&openmp.set_threads = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  *(void **)&openmp.max_threads = dlsym(RTLD_DEFAULT, "omp_get_max_threads");
  if (atomic_load(&wanted_threads) == 0) atomic_store(&wanted_threads, odnn_usable_cores());
}

/// Whole cores in the quota of this process's control group, or 0 if there is none.
static int quota_cores(void) {
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "r");
  if (!file) return 0;
  long long quota = 0, period = 0;
  int got = fscanf(file, "%lld %lld", &quota, &period);
  fclose(file);
  return got == 2 && quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

int odnn_usable_cores(void) {
  int cores = 1;
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cores = CPU_COUNT(&set);
#endif
  int quota = quota_cores();
  if (quota > 0 && quota < cores) cores = quota;
  return cores > 0 ? cores : 1;
}

int odnn_threads(void) {
  pthread_once(&found, find_openmp);
  return own_threads > 0 ? own_threads : atomic_load(&wanted_threads);
}

int odnn_set_own_threads(int count) {
  int before = own_threads;
  own_threads = count;
  return before;
}

void odnn_set_threads(int count) {
  pthread_once(&found, find_openmp);
  atomic_store(&wanted_threads, count > 0 ? count : 1);
}

// A sleeping thread wakes in tens of microseconds, on a busy machine in milliseconds. What one
// thread does in less than about a tenth of a millisecond stays on it.
enum { threading_multiply_adds = 8 << 20, threading_elements = 1 << 16 };

int odnn_threads_for(int64_t multiply_adds) {
  return multiply_adds < threading_multiply_adds ? 1 : odnn_threads();
}

void odnn_adopt_threads(int count) {
  // OpenMP keeps the setting for each thread that opens regions, not for the process.
  if (openmp.set_threads && openmp.max_threads && openmp.max_threads() != count)
    openmp.set_threads(count);
}

struct loop {
  void *context;
  void (*body)(void *, int64_t);
  int64_t parts;
  _Atomic int64_t next;
};

static void take_parts(void *argument) {
  struct loop *loop = argument;
  for (;;) {
    int64_t part = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
    if (part >= loop->parts) return;
    loop->body(loop->context, part);
  }
}

void odnn_for_each(
    int64_t parts, int64_t elements, void *context, void (*body)(void *context, int64_t part)) {
  int threads = odnn_threads();
  if (parts < 2 || elements < threading_elements || threads < 2 || !openmp.parallel) {
    for (int64_t part = 0; part < parts; part++) body(context, part);
    return;
  }
  odnn_adopt_threads(threads);
  struct loop loop = {context, body, parts, 0};
  openmp.parallel(take_parts, &loop, parts < threads ? (unsigned)parts : (unsigned)threads, 0);
}
