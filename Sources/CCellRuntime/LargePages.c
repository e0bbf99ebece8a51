#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
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

/// Visits one region. Returns 0 where it has to stop.
static int collapse(char *start, char *end, int waiting) {
  struct pollfd command = {waiting, POLLIN, 0};
  char *first = (char *)(((uintptr_t)start + large - 1) / large * large);
  for (char *piece = first; piece + large <= end; piece += large) {
    if (poll(&command, 1, 0) > 0) return 0;
    if (!is_resident(piece)) continue;
    int error = madvise(piece, large, MADV_COLLAPSE) == 0 ? 0 : errno;
    if (error == ENOMEM || error == EAGAIN) return 0;
  }
  return 1;
}

void cell_runtime_use_large_pages(int waiting) {
  if (sysconf(_SC_PAGESIZE) != page) return;
  FILE *regions = fopen("/proc/self/maps", "re");
  if (!regions) return;
  char line[512];
  while (fgets(line, sizeof line, regions)) {
    unsigned long start, end, inode;
    char rights[5];
    if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &start, &end, rights, &inode) != 4) continue;
    if (inode != 0 || strcmp(rights, "rw-p") != 0 || end - start < 8ul * large) continue;
    if (!collapse((char *)start, (char *)end, waiting)) break;
  }
  fclose(regions);
}
