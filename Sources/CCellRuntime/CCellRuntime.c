#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <unistd.h>

// MARK: Cells that end with an error

static _Thread_local jmp_buf *way_back;
static _Thread_local void *uncaught_error;

void *cell_runtime_call(cell_entry entry) {
  jmp_buf here;
  way_back = &here;
  uncaught_error = NULL;
  if (setjmp(here) == 0) entry(0, NULL);
  way_back = NULL;
  return uncaught_error;
}

/// Called by top-level code for an error that nothing catches; takes the place of the Swift
/// runtime's, which ends the process. Must not return.
__attribute__((visibility("default"), used, swiftcall)) void swift_errorInMain(void *error) {
  if (way_back) {
    uncaught_error = error;
    longjmp(*way_back, 1);
  }
  __attribute__((swiftcall)) void (*original)(void *) = dlsym(RTLD_NEXT, "swift_errorInMain");
  if (original) original(error);
  abort();
}

// MARK: Output

void cell_runtime_buffer_lines(void) { setvbuf(stdout, NULL, _IOLBF, 1 << 16); }

void cell_runtime_flush_output(void) { fflush(stdout); }

// MARK: Processes

int cell_runtime_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

int cell_runtime_shared_memory(const char *name, long size) {
  int descriptor = memfd_create(name, MFD_CLOEXEC);
  if (descriptor >= 0 && ftruncate(descriptor, size) != 0) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

int cell_runtime_add_folder(void *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

static void end_group(int signal) {
  (void)signal;
  kill(0, SIGKILL);
}

void cell_runtime_die_with_parent(void) {
  signal(SIGHUP, end_group);
  prctl(PR_SET_PDEATHSIG, SIGHUP);
}

uint64_t cell_runtime_base_address(const void *symbol) {
  Dl_info information;
  return dladdr(symbol, &information) ? (uint64_t)(uintptr_t)information.dli_fbase : 0;
}

// MARK: Crashes

static uint64_t *crash_frames;
static int crash_capacity;

/// Follows the chain of frame pointers, which all of Swift's code keeps.
static void note_frames(const ucontext_t *context) {
#if defined(__x86_64__)
  uintptr_t counter = context->uc_mcontext.gregs[REG_RIP];
  uintptr_t frame = context->uc_mcontext.gregs[REG_RBP];
  uintptr_t stack = context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  uintptr_t counter = context->uc_mcontext.pc;
  uintptr_t frame = context->uc_mcontext.regs[29];
  uintptr_t stack = context->uc_mcontext.sp;
#endif
  int count = 0;
  crash_frames[1 + count++] = counter;
  while (count < crash_capacity - 1 && frame >= stack && frame % sizeof(void *) == 0) {
    uintptr_t next = ((uintptr_t *)frame)[0];
    uintptr_t back = ((uintptr_t *)frame)[1];
    if (back == 0) break;
    crash_frames[1 + count++] = back - 1;
    crash_frames[0] = count;
    if (next <= frame) break;
    frame = next;
  }
  crash_frames[0] = count;
}

static void crashed(int number, siginfo_t *information, void *context) {
  (void)information;
  signal(number, SIG_DFL);
  // A second fault, while this one is examined, ends the process as it should.
  if (ftrylockfile(stdout) == 0) fflush_unlocked(stdout);
  note_frames(context);
  raise(number);
}

void cell_runtime_catch_crashes(uint64_t *frames, int capacity) {
  crash_frames = frames;
  crash_capacity = capacity;
  struct sigaction action = {.sa_sigaction = crashed,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESETHAND};
  int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
  for (int k = 0; k < 6; k++) sigaction(signals[k], &action, NULL);
}

void *cell_runtime_begin_thread(void) {
  const size_t size = 64 * 1024;
  stack_t alternate = {.ss_sp = malloc(size), .ss_size = size};
  if (alternate.ss_sp) sigaltstack(&alternate, NULL);
  return alternate.ss_sp;
}

void cell_runtime_end_thread(void *stack) {
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  free(stack);
}
