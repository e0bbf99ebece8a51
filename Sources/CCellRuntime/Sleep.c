#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <math.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The C library's sleeps, which an interrupt ends in the thread of a cell. Cells and the libraries
// they load find these before the C library's own.

#define VISIBLE __attribute__((visibility("default"), used))

static int interrupted;
static int woken;

void cell_runtime_interrupt(void) {
  __atomic_store_n(&interrupted, 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, &interrupted, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

void cell_runtime_forget_interrupt(void) {
  __atomic_store_n(&interrupted, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&woken, 0, __ATOMIC_SEQ_CST);
}

int cell_runtime_cut_a_sleep(void) { return __atomic_load_n(&woken, __ATOMIC_SEQ_CST); }

/// Sleeps until a time on a clock. Returns 0, or an error number.
static int sleep_until(clockid_t clock, const struct timespec *end) {
  if (!cell_runtime_runs_cell() || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)) {
    return syscall(SYS_clock_nanosleep, clock, TIMER_ABSTIME, end, NULL) == 0 ? 0 : errno;
  }
  int operation = FUTEX_WAIT_BITSET_PRIVATE | (clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
  while (!__atomic_load_n(&interrupted, __ATOMIC_SEQ_CST)) {
    long result = syscall(SYS_futex, &interrupted, operation, 0, end, NULL,
                          FUTEX_BITSET_MATCH_ANY);
    if (result < 0 && errno == ETIMEDOUT) return 0;
    if (result < 0 && errno == EINVAL) return EINVAL;
  }
  __atomic_store_n(&woken, 1, __ATOMIC_SEQ_CST);
  // A loop that sleeps again and again shall not run hot until it is stopped.
  struct timespec moment = {.tv_nsec = 1000000};
  syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL);
  return 0;
}

/// Sleeps for a time. Returns 0, or an error number.
static int sleep_for(clockid_t clock, const struct timespec *time) {
  struct timespec end;
  if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= 1000000000) return EINVAL;
  if (clock_gettime(clock, &end) != 0) return errno;
  end.tv_nsec += time->tv_nsec;
  long carry = end.tv_nsec / 1000000000;
  end.tv_nsec %= 1000000000;
  if (__builtin_add_overflow(end.tv_sec, time->tv_sec, &end.tv_sec)
      || __builtin_add_overflow(end.tv_sec, carry, &end.tv_sec)) {
    end.tv_sec = LONG_MAX;
  }
  return sleep_until(clock, &end);
}

VISIBLE int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                            struct timespec *left) {
  if (!cell_runtime_runs_cell()) {
    return syscall(SYS_clock_nanosleep, clock, flags, time, left) == 0 ? 0 : errno;
  }
  return flags & TIMER_ABSTIME ? sleep_until(clock, time) : sleep_for(clock, time);
}

VISIBLE int nanosleep(const struct timespec *time, struct timespec *left) {
  int error = clock_nanosleep(CLOCK_MONOTONIC, 0, time, left);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

VISIBLE unsigned int sleep(unsigned int seconds) {
  struct timespec time = {.tv_sec = seconds}, left = {0};
  return nanosleep(&time, &left) == 0 ? 0 : (unsigned int)left.tv_sec;
}

VISIBLE int usleep(useconds_t microseconds) {
  struct timespec time = {.tv_sec = microseconds / 1000000,
                          .tv_nsec = microseconds % 1000000 * 1000L};
  return nanosleep(&time, NULL);
}

// MARK: Foundation

// Its sleeps begin again until their time is over, so that a cell's have to end here.

#define SWIFT __attribute__((swiftcall))

static void sleep_seconds(clockid_t clock, int flags, double seconds) {
  if (!(seconds > 0)) return;
  struct timespec time = {.tv_sec = LONG_MAX};
  if (seconds < 9e18) {
    time.tv_sec = (long)seconds;
    time.tv_nsec = (long)((seconds - floor(seconds)) * 1e9);
  }
  if (flags == 0) {
    struct timespec now;
    clock_gettime(clock, &now);
    long nanoseconds = now.tv_nsec + time.tv_nsec;
    if (__builtin_add_overflow(time.tv_sec, now.tv_sec + nanoseconds / 1000000000, &time.tv_sec)) {
      time.tv_sec = LONG_MAX;
    }
    time.tv_nsec = nanoseconds % 1000000000;
  }
  while (clock_nanosleep(clock, TIMER_ABSTIME, &time, NULL) == EINTR) {
  }
}

/// `Thread.sleep(forTimeInterval:)`.
VISIBLE SWIFT void cell_runtime_thread_sleep_for(double seconds)
    __asm__("$s10Foundation6ThreadC5sleep15forTimeIntervalySd_tFZ");

void cell_runtime_thread_sleep_for(double seconds) { sleep_seconds(CLOCK_MONOTONIC, 0, seconds); }

/// `Thread.sleep(until:)`; the date comes as seconds since the beginning of 2001.
VISIBLE SWIFT void cell_runtime_thread_sleep_until(double date)
    __asm__("$s10Foundation6ThreadC5sleep5untily0A10Essentials4DateV_tFZ");

void cell_runtime_thread_sleep_until(double date) {
  const double reference = 978307200;
  sleep_seconds(CLOCK_REALTIME, TIMER_ABSTIME, date + reference);
}
