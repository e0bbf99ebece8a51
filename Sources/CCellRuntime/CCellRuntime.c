#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

// MARK: Cells that end with an error

static _Thread_local jmp_buf *way_back;
static _Thread_local void *uncaught_error;
static _Thread_local int was_stopped;

void *cell_runtime_call(cell_entry entry) {
  jmp_buf here;
  way_back = &here;
  uncaught_error = NULL;
  was_stopped = 0;
  if (setjmp(here) == 0) entry(0, NULL);
  way_back = NULL;
  return uncaught_error;
}

void cell_runtime_stop(void) {
  if (!way_back) return;
  was_stopped = 1;
  longjmp(*way_back, 1);
}

int cell_runtime_was_stopped(void) { return was_stopped; }

int cell_runtime_runs_cell(void) { return way_back != NULL; }

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

/// Neither waits for a thread that prints nor for a reader: the loop that calls this has to listen.
void cell_runtime_flush_output(void) {
  struct pollfd pipe = {.fd = STDOUT_FILENO, .events = POLLOUT};
  if (__fpending(stdout) == 0 || poll(&pipe, 1, 0) != 1 || ftrylockfile(stdout) != 0) return;
  fflush_unlocked(stdout);
  funlockfile(stdout);
}

// MARK: Processes

int cell_runtime_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  // A cell that prints much waits less often when there is room; where there is none, no harm.
  fcntl(ends[0], F_SETPIPE_SZ, 1 << 20);
  return 0;
}

int cell_runtime_sockets(int ends[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : errno;
}

int cell_runtime_send_descriptor(int socket, int descriptor, char note) {
  struct iovec bytes = {.iov_base = &note, .iov_len = 1};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {.msg_iov = &bytes,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control.space};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  ssize_t count;
  do count = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  return count == 1 ? 0 : errno;
}

int cell_runtime_receive_descriptor(int socket, char *note) {
  for (;;) {
    struct iovec bytes = {.iov_base = note, .iov_len = 1};
    union {
      struct cmsghdr header;
      char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control.space};
    ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) continue;
    struct cmsghdr *header = count == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_type != SCM_RIGHTS) return -1;
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(header), sizeof(int));
    return descriptor;
  }
}

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

int cell_runtime_join(pthread_t thread, const struct timespec *deadline) {
  return pthread_timedjoin_np(thread, NULL, deadline);
}

void cell_runtime_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1); }

uint64_t cell_runtime_base_address(const void *symbol) {
  Dl_info information;
  return dladdr(symbol, &information) ? (uint64_t)(uintptr_t)information.dli_fbase : 0;
}
