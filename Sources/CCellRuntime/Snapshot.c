#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// The process as it is before a cell, asleep in a child that shares its memory until one writes.

static char own_score[16] = "0";

static void write_score(const char *text) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t written = write(file, text, strlen(text));
  (void)written;
  close(file);
}

void cell_runtime_offer_to_end(void) {
  int file = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t count = read(file, own_score, sizeof own_score - 1);
  close(file);
  own_score[count > 0 ? count : 0] = 0;
  cell_runtime_expose();
}

void cell_runtime_expose(void) {
  int score = atoi(own_score) + 500;
  char text[16];
  snprintf(text, sizeof text, "%d", score > 1000 ? 1000 : score);
  write_score(text);
}

/// Whether a thread is one of Dispatch's, which it names after its queues.
static int is_dispatch(const char *number) {
  char path[64], name[32] = "";
  snprintf(path, sizeof path, "/proc/self/task/%s/comm", number);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = read(file, name, sizeof name - 1);
  close(file);
  return count > 0 && strstr(name, "-qos") != NULL;
}

int cell_runtime_count_threads(int *dispatch) {
  *dispatch = 0;
  DIR *folder = opendir("/proc/self/task");
  if (!folder) return 0;
  int count = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    count++;
    if (count > 1) *dispatch += is_dispatch(entry->d_name);
  }
  closedir(folder);
  return count;
}

/// Sleeps until the session gives this copy a channel of its own; ends with the session.
static int sleep_until_needed(int channel, int standby, cell_runtime_notes *notes) {
  setpgid(0, 0);
  notes->snapshot = getpid();
  close(channel);
  write_score(own_score);
  prctl(PR_SET_NAME, "offramp saved");
  char note = 0;
  int received = cell_runtime_receive_descriptor(standby, &note);
  if (received < 0) _exit(0);
  prctl(PR_SET_NAME, "offramp");
  cell_runtime_watch_process();
  notes->keeps_tasks = note;
  return received;
}

pid_t cell_runtime_snapshot(int channel, int standby, cell_runtime_notes *notes, int *received) {
  fflush(NULL);
  cell_runtime_lock_executor();
  pid_t process = fork();
  int error = errno;
  if (process == 0) {
    cell_runtime_forget_threads();
    *received = sleep_until_needed(channel, standby, notes);
    return 0;
  }
  cell_runtime_unlock_executor();
  if (process < 0) return -error;
  setpgid(process, process);
  notes->snapshot = process;
  return process;
}

int cell_runtime_is_gone(pid_t process) {
  pid_t result;
  do result = waitpid(process, NULL, WNOHANG);
  while (result < 0 && errno == EINTR);
  return result != 0;
}
