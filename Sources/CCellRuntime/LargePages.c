#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// Memory in large pages: a fork, and its end, take as long as there are pages.

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25  // Linux 6.1; before it, every call is refused.
#endif

enum { page = 4096, large = 512 * page };

/// Whether nearly all of a piece is there; a large page takes the whole of it.
static int is_resident(char *piece) {
  unsigned char pages[large / page];
  if (mincore(piece, large, pages) != 0) return 0;
  int count = 0;
  for (int k = 0; k < large / page; k++) count += pages[k] & 1;
  return count > large / page * 15 / 16;
}

/// Where the next call goes on, as moving takes long and the worker has other things to do.
static uintptr_t reached;

static int64_t milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Visits one region. Returns 1 at its end, 0 at the end of the time, -1 if there is no large page.
static int collapse(uintptr_t start, uintptr_t end, int waiting, int64_t deadline) {
  struct pollfd command = {waiting, POLLIN, 0};
  uintptr_t first = (start + large - 1) / large * large;
  for (uintptr_t piece = reached > first ? reached : first; piece + large <= end; piece += large) {
    reached = piece;
    if (poll(&command, 1, 0) > 0 || milliseconds_now() > deadline) return 0;
    if (!is_resident((char *)piece)) continue;
    int error = madvise((char *)piece, large, MADV_COLLAPSE) == 0 ? 0 : errno;
    if (error == ENOMEM || error == EAGAIN) return -1;
  }
  return 1;
}

int cell_runtime_use_large_pages(int waiting, int milliseconds) {
  if (sysconf(_SC_PAGESIZE) != page) return 1;
  FILE *regions = fopen("/proc/self/maps", "re");
  if (!regions) return 1;
  int64_t deadline = milliseconds_now() + milliseconds;
  char line[512];
  int result = 1;
  while (result > 0 && fgets(line, sizeof line, regions)) {
    unsigned long start, end, inode;
    char rights[5];
    if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &start, &end, rights, &inode) != 4) continue;
    if (inode != 0 || strcmp(rights, "rw-p") != 0 || end - start < 8ul * large) continue;
    if (end > reached) result = collapse(start, end, waiting, deadline);
  }
  fclose(regions);
  if (result != 0) reached = 0;
  return result != 0;
}
