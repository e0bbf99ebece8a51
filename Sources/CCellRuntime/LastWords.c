#define _GNU_SOURCE
#include "CCellRuntime.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// What the Swift runtime says when it ends the process is noted for the session, which reports it
// as the cell's error, instead of being printed beside that. Libraries find these functions before
// the C library's own; whatever else is printed passes through them.

#define VISIBLE __attribute__((visibility("default"), used))

static cell_runtime_notes *notes;
static pid_t process;
/// Whether the calling thread is about to end the process and has said why.
static _Thread_local int has_spoken;

void cell_runtime_note_last_words(cell_runtime_notes *shared) {
  notes = shared;
  process = getpid();
}

static int is_of_runtime(const void *caller) {
  Dl_info information;
  if (!dladdr(caller, &information) || !information.dli_fname) return 0;
  const char *slash = strrchr(information.dli_fname, '/');
  const char *name = slash ? slash + 1 : information.dli_fname;
  return strncmp(name, "libswiftCore.", 13) == 0
         || strncmp(name, "libswift_Concurrency.", 21) == 0;
}

/// Whether the runtime ends the process with these words; it also has some for warnings.
static int are_last(const char *text) {
  const char *known[] = {"Fatal error", "Precondition failed", "Assertion failed",
                         "Could not cast value of type", "Simultaneous accesses to"};
  for (int k = 0; k < 5; k++) {
    if (strstr(text, known[k])) return 1;
  }
  return 0;
}

/// Whether what is printed may be the runtime's last words, in the process that is watched.
static int may_be_last(FILE *stream, const void *caller) {
  return stream == stderr && notes && getpid() == process && is_of_runtime(caller);
}

static void note(const char *text) {
  size_t length = strnlen(text, sizeof notes->last_words - 1);
  memcpy(notes->last_words, text, length);
  notes->last_words[length] = 0;
  has_spoken = 1;
}

static int is_silent(FILE *stream, const void *caller) {
  return has_spoken && stream == stderr && is_of_runtime(caller);
}

VISIBLE int fputs(const char *text, FILE *stream) {
  static int (*original)(const char *, FILE *);
  if (!original) original = (int (*)(const char *, FILE *))dlsym(RTLD_NEXT, "fputs");
  const void *caller = __builtin_return_address(0);
  if (is_silent(stream, caller)) return 0;
  if (may_be_last(stream, caller) && are_last(text)) {
    note(text);
    return 0;
  }
  return original(text, stream);
}

VISIBLE size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
  static size_t (*original)(const void *, size_t, size_t, FILE *);
  if (!original) {
    original = (size_t (*)(const void *, size_t, size_t, FILE *))dlsym(RTLD_NEXT, "fwrite");
  }
  if (is_silent(stream, __builtin_return_address(0))) return count;
  return original(bytes, size, count, stream);
}

VISIBLE int fprintf(FILE *stream, const char *format, ...) {
  const void *caller = __builtin_return_address(0);
  if (is_silent(stream, caller)) return 0;
  va_list values;
  va_start(values, format);
  char text[sizeof notes->last_words];
  int result = 0;
  int is_last = 0;
  if (may_be_last(stream, caller)) {
    va_list copy;
    va_copy(copy, values);
    vsnprintf(text, sizeof text, format, copy);
    va_end(copy);
    is_last = are_last(text);
  }
  if (is_last) {
    note(text);
  } else {
    result = vfprintf(stream, format, values);
  }
  va_end(values);
  return result;
}
