#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// Swift's tasks on plain threads. Dispatch, the usual place for them, does not survive a fork.

#define SWIFT __attribute__((swiftcall))
typedef SWIFT void (*original_enqueue)(void *job);

typedef struct executor {
  void *identity;
  uintptr_t table;
} executor;

typedef SWIFT executor (*original_main_executor)(void);

extern SWIFT void swift_job_run(void *job, executor executor);
extern SWIFT void (*swift_task_enqueueGlobal_hook)(void *, original_enqueue);
extern SWIFT void (*swift_task_enqueueGlobalWithDelay_hook)(unsigned long long, void *, void *);
extern SWIFT void (*swift_task_enqueueGlobalWithDeadline_hook)(
    long long, long long, long long, long long, int, void *, void *);
extern SWIFT executor (*swift_task_getMainExecutor_hook)(original_main_executor);

typedef struct item {
  struct item *next;
  void *job;
  void (*function)(void *);  // called with the job, where it is not Swift's
  struct timespec due;  // on the monotonic clock; zero for at once
} item;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static executor main_executor;
static item *ready, **ready_end = &ready;
static item *delayed;
static long threads, idle_threads, thread_limit;

static int is_before(struct timespec a, struct timespec b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static struct timespec now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time;
}

static void run(item *work) {
  item it = *work;
  free(work);
  if (it.function) {
    it.function(it.job);
  } else {
    swift_job_run(it.job, (executor){0});
  }
}

static item *take(item **list, item ***end) {
  item *first = *list;
  *list = first->next;
  if (!*list) *end = list;
  return first;
}

static void *work_forever(void *unused) {
  (void)unused;
  cell_runtime_begin_thread();
  pthread_mutex_lock(&lock);
  for (;;) {
    item *work = NULL;
    if (delayed && !is_before(now(), delayed->due)) {
      work = delayed;
      delayed = work->next;
    } else if (ready) {
      work = take(&ready, &ready_end);
    }
    if (work) {
      pthread_mutex_unlock(&lock);
      run(work);
      pthread_mutex_lock(&lock);
      continue;
    }
    idle_threads++;
    if (delayed) {
      struct timespec due = delayed->due;
      pthread_cond_timedwait(&changed, &lock, &due);
    } else {
      pthread_cond_wait(&changed, &lock);
    }
    idle_threads--;
  }
}

static void start_thread(void *(*body)(void *)) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 16 << 20);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, body, NULL) != 0) abort();
  pthread_attr_destroy(&attributes);
}

static item *item_for(void *job) {
  item *work = calloc(1, sizeof *work);
  if (!work) abort();
  work->job = job;
  return work;
}

/// Called with the lock held, after something was added.
static void wake(void) {
  if (idle_threads == 0 && threads < thread_limit) {
    threads++;
    start_thread(work_forever);
  }
  pthread_cond_signal(&changed);
}

static SWIFT void enqueue(void *job, original_enqueue original) {
  (void)original;
  item *work = item_for(job);
  pthread_mutex_lock(&lock);
  *ready_end = work;
  ready_end = &work->next;
  wake();
  pthread_mutex_unlock(&lock);
}

static SWIFT executor get_main_executor(original_main_executor original) {
  (void)original;
  return main_executor;
}

static void enqueue_at(struct timespec due, void *job, void (*function)(void *)) {
  item *work = item_for(job);
  work->due = due;
  work->function = function;
  pthread_mutex_lock(&lock);
  item **place = &delayed;
  while (*place && !is_before(due, (*place)->due)) place = &(*place)->next;
  work->next = *place;
  *place = work;
  wake();
  // The thread that sleeps until the earlier first item must look again.
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

static struct timespec later(struct timespec time, long long seconds, long long nanoseconds) {
  long long total = time.tv_nsec + nanoseconds % 1000000000;
  time.tv_sec += seconds + nanoseconds / 1000000000 + total / 1000000000;
  time.tv_nsec = total % 1000000000;
  return time;
}

static SWIFT void enqueue_after(unsigned long long nanoseconds, void *job, void *original) {
  (void)original;
  enqueue_at(later(now(), 0, (long long)nanoseconds), job, NULL);
}

/// `clock` is 1 for the continuous and 2 for the suspending clock, as the runtime numbers them.
static SWIFT void enqueue_by_deadline(long long seconds, long long nanoseconds, long long leeway,
                                      long long leeway_nanoseconds, int clock, void *job,
                                      void *original) {
  (void)leeway, (void)leeway_nanoseconds, (void)original;
  struct timespec reference;
  clock_gettime(clock == 1 ? CLOCK_BOOTTIME : CLOCK_MONOTONIC, &reference);
  long long seconds_left = seconds - reference.tv_sec;
  long long rest = nanoseconds - reference.tv_nsec;
  long long left = seconds_left * 1000000000 + rest;
  enqueue_at(left > 0 ? later(now(), 0, left) : now(), job, NULL);
}

// MARK: Sleeping tasks

typedef void (*dispatch_after)(uint64_t, void *, void *, void (*)(void *));

/// Nanoseconds until a time as Dispatch counts them: three clocks, told apart by the highest bits.
static long long nanoseconds_until(uint64_t when) {
  const uint64_t other = 1ull << 63, wall = 1ull << 62;
  struct timespec time;
  if (when == 0) return 0;
  int is_wall = (when & other) && (when & wall);
  clock_gettime(is_wall ? CLOCK_REALTIME : when & other ? CLOCK_BOOTTIME : CLOCK_MONOTONIC, &time);
  long long value = is_wall ? -(long long)when : (long long)(when & ~other);
  long long left = value - (time.tv_sec * 1000000000ll + time.tv_nsec);
  return left > 0 ? left : 0;
}

/// Takes the place of Dispatch's: Swift's runtime puts a task to sleep with it, past the hooks.
__attribute__((visibility("default"), used)) void dispatch_after_f(uint64_t when, void *queue,
                                                                   void *context,
                                                                   void (*work)(void *)) {
  if (swift_task_enqueueGlobal_hook == enqueue) {
    if (when != UINT64_MAX) enqueue_at(later(now(), 0, nanoseconds_until(when)), context, work);
    return;
  }
  dispatch_after original = (dispatch_after)dlsym(RTLD_NEXT, "dispatch_after_f");
  if (original) original(when, queue, context, work);
}

/// The runtime prepares a queue for what never comes to it, which would start Dispatch's threads.
__attribute__((visibility("default"), used)) void dispatch_queue_set_width(void *queue, long width) {
  if (swift_task_enqueueGlobal_hook == enqueue) return;
  void (*original)(void *, long) = dlsym(RTLD_NEXT, "dispatch_queue_set_width");
  if (original) original(queue, width);
}

static void prepare_condition(void) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&changed, &attributes);
  pthread_condattr_destroy(&attributes);
}

// MARK: Forks

void cell_runtime_lock_executor(void) { pthread_mutex_lock(&lock); }
void cell_runtime_unlock_executor(void) { pthread_mutex_unlock(&lock); }

void cell_runtime_forget_threads(void) {
  threads = idle_threads = 0;
  pthread_mutex_init(&lock, NULL);
  prepare_condition();
}

void cell_runtime_resume_executor(int keeps_tasks) {
  pthread_mutex_lock(&lock);
  if (!keeps_tasks) {
    ready = delayed = NULL;
    ready_end = &ready;
  }
  if (ready || delayed) wake();
  pthread_mutex_unlock(&lock);
}

int cell_runtime_idle_threads(void) {
  pthread_mutex_lock(&lock);
  int count = (int)idle_threads;
  pthread_mutex_unlock(&lock);
  return count;
}

void cell_runtime_install_executor(void *identity, uintptr_t table) {
  prepare_condition();
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  thread_limit = processors > 2 ? processors : 2;
  swift_task_enqueueGlobal_hook = enqueue;
  swift_task_enqueueGlobalWithDelay_hook = enqueue_after;
  swift_task_enqueueGlobalWithDeadline_hook = enqueue_by_deadline;
  main_executor = (executor){identity, table};
  swift_task_getMainExecutor_hook = get_main_executor;
}
