#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

static cell_runtime_notes *notes;
static pid_t process;
static uintptr_t allocator;

/// The calling thread's stack: where it ends, and what is kept free below.
static _Thread_local uintptr_t stack_end;
static _Thread_local uintptr_t stack_guard;

typedef struct registers {
  uintptr_t counter, frame, stack;
} registers;

static registers registers_of(const ucontext_t *context) {
#if defined(__x86_64__)
  return (registers){context->uc_mcontext.gregs[REG_RIP], context->uc_mcontext.gregs[REG_RBP],
                     context->uc_mcontext.gregs[REG_RSP]};
#elif defined(__aarch64__)
  return (registers){context->uc_mcontext.pc, context->uc_mcontext.regs[29],
                     context->uc_mcontext.sp};
#endif
}

/// Follows the chain of frame pointers, which all of Swift's code keeps.
static void note_frames(registers at) {
  const int capacity = CELL_RUNTIME_FRAMES;
  int count = 0;
  notes->frames[count++] = at.counter;
  notes->frame_count = count;
  uintptr_t frame = at.frame;
  while (count < capacity && frame >= at.stack && frame % sizeof(void *) == 0) {
    uintptr_t next = ((uintptr_t *)frame)[0];
    uintptr_t back = ((uintptr_t *)frame)[1];
    if (back == 0) break;
    notes->frames[count++] = back - 1;
    notes->frame_count = count;
    if (next <= frame) break;
    frame = next;
  }
}

/// Swift ends the process from inside its allocator when there is no memory.
static int is_in_allocator(void) {
  for (uint64_t k = 0; k < notes->frame_count && k < 3; k++) {
    uint64_t counter = notes->frames[k];
    if (allocator && counter >= allocator && counter < allocator + 512) return 1;
  }
  return 0;
}

static int is_overflow(uintptr_t address, registers at) {
  const uintptr_t page = 4096;
  if (!stack_end) return 0;
  int is_below_end = address < stack_end + page && address >= stack_end - stack_guard - 16 * page;
  return is_below_end || (at.stack < stack_end && address >= at.stack - 64 * page);
}

static void crashed(int number, siginfo_t *information, void *context) {
  signal(number, SIG_DFL);
  // A program that a cell has forked ends without a note.
  if (getpid() != process) raise(number);
  registers at = registers_of(context);
  if (number == SIGSEGV || number == SIGBUS) {
    notes->address = (uint64_t)(uintptr_t)information->si_addr;
    if (is_overflow((uintptr_t)information->si_addr, at)) notes->cause = cell_runtime_overflow;
  }
  notes->is_cell = cell_runtime_runs_cell();
  // A second fault, while this one is examined, ends the process as it should.
  note_frames(at);
  if (is_in_allocator()) notes->cause = cell_runtime_out_of_memory;
  if (ftrylockfile(stdout) == 0) fflush_unlocked(stdout);
  raise(number);
}

void cell_runtime_watch_process(void) {
  process = getpid();
  cell_runtime_note_last_words(notes);
}

void cell_runtime_catch_crashes(cell_runtime_notes *shared) {
  notes = shared;
  cell_runtime_watch_process();
  allocator = (uintptr_t)dlsym(RTLD_DEFAULT, "swift_slowAlloc");
  struct sigaction action = {.sa_sigaction = crashed,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESETHAND};
  int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
  for (int k = 0; k < 6; k++) sigaction(signals[k], &action, NULL);
  // 1 also keeps the system from handing the dead process's memory to a program.
  setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1});
}

void *cell_runtime_begin_thread(void) {
  const size_t size = 64 * 1024;
  stack_t alternate = {.ss_sp = malloc(size), .ss_size = size};
  if (alternate.ss_sp) sigaltstack(&alternate, NULL);
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    void *address = NULL;
    size_t length = 0, guard = 0;
    pthread_attr_getstack(&attributes, &address, &length);
    pthread_attr_getguardsize(&attributes, &guard);
    stack_end = (uintptr_t)address;
    stack_guard = guard;
    pthread_attr_destroy(&attributes);
  }
  return alternate.ss_sp;
}

void cell_runtime_end_thread(void *stack) {
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  free(stack);
  stack_end = 0;
}
