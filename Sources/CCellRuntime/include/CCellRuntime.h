#pragma once

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

// MARK: Notes

/// How many frames of a crash are noted.
#define CELL_RUNTIME_FRAMES 255
/// How much is noted of what the Swift runtime says when it ends the process, in bytes.
#define CELL_RUNTIME_LAST_WORDS 4096

/// What is known about a crash beside its signal.
enum cell_runtime_cause {
  cell_runtime_unknown = 0,
  /// The stack was full.
  cell_runtime_overflow = 1,
  /// There was no memory left.
  cell_runtime_out_of_memory = 2,
};

/// What a worker notes in memory that it shares with its session, which reads it when it has died.
typedef struct cell_runtime_notes {
  /// The last top-level item of the cell that has completed, or -1.
  int32_t progress;
  /// The process that holds the state before the cell, or 0.
  int32_t snapshot;
  /// A snapshot that was ended but perhaps not waited for, or 0.
  int32_t released;
  /// How many threads that run there are not in the snapshot.
  int32_t threads_lost;
  /// A `cell_runtime_cause`.
  int32_t cause;
  /// Whether it was the cell's own thread that crashed.
  int32_t is_cell;
  /// Whether the cell has seen that it was asked to end.
  int32_t is_noticed;
  /// Whether tasks of earlier cells go on when the snapshot takes over.
  int32_t keeps_tasks;
  /// Whether cells have used Dispatch, which does not work in a snapshot.
  int32_t uses_dispatch;
  /// How long the last snapshot took, in nanoseconds, and how many bytes it shares; -1 if it failed.
  int64_t snapshot_duration;
  int64_t snapshot_size;
  /// The address that a fault was about.
  uint64_t address;
  /// The frames of a crash, innermost first.
  uint64_t frame_count;
  uint64_t frames[CELL_RUNTIME_FRAMES];
  /// What the Swift runtime said when it ended the process.
  char last_words[CELL_RUNTIME_LAST_WORDS];
} cell_runtime_notes;

// MARK: Cells

/// The entry of a compiled cell.
typedef int (*cell_entry)(int, char **);

/// Calls a cell's entry. Returns NULL, or the Swift error with which the cell ended.
void *cell_runtime_call(cell_entry entry);

/// Ends the cell that the calling thread runs, between two of its top-level statements. Returns
/// only where the thread runs none.
void cell_runtime_stop(void);

/// Whether the calling thread's last cell was stopped so.
int cell_runtime_was_stopped(void);

/// Whether the calling thread runs a cell.
int cell_runtime_runs_cell(void);

/// Ends the sleeps of the cell that runs, those to come included.
void cell_runtime_interrupt(void);

/// Forgets an interrupt.
void cell_runtime_forget_interrupt(void);

/// Whether an interrupt has cut a sleep short.
int cell_runtime_cut_a_sleep(void);

// MARK: Processes

/// A pipe whose ends are closed in programs started later. Returns 0, or an error number.
int cell_runtime_pipe(int ends[2]);

/// A pair of sockets whose ends are closed in programs started later. Returns 0, or an error number.
int cell_runtime_sockets(int ends[2]);

/// Sends a descriptor, and a byte with it, through a socket. Returns 0, or an error number.
int cell_runtime_send_descriptor(int socket, int descriptor, char note);

/// Waits for a descriptor and its byte. Returns -1 at the end of the socket.
int cell_runtime_receive_descriptor(int socket, char *note);

/// A piece of memory that two processes can map. Returns its descriptor, or -1.
int cell_runtime_shared_memory(const char *name, long size);

/// Has a program that is started with these `posix_spawn_file_actions_t` start in a folder.
int cell_runtime_add_folder(void *actions, const char *folder);

/// Has the system end this process's group when the thread that started it ends.
void cell_runtime_die_with_parent(void);

/// Makes this process the parent of processes below it that lose theirs.
void cell_runtime_adopt_orphans(void);

// MARK: Snapshots

/// Forks a copy of this process that sleeps until the session needs it.
///
/// Returns the copy's number here, or a negative error number. Returns 0 in the copy, once it is to
/// take this process's place, with its channel to the session in `received`.
pid_t cell_runtime_snapshot(int channel, int standby, cell_runtime_notes *notes, int *received);

/// Moves what is in memory into large pages, which copies share at less cost, until `waiting` has
/// something to read or the time is over; then the next call goes on.
///
/// Returns whether there is nothing left to do, or no large page to be had.
int cell_runtime_use_large_pages(int waiting, int milliseconds);

/// Whether a child of this process has ended; its number is then free again.
int cell_runtime_is_gone(pid_t process);

/// Has the system end this process before others when memory runs out; called once.
void cell_runtime_offer_to_end(void);

/// The same, for a copy that has taken over.
void cell_runtime_expose(void);

/// How many threads this process has, and how many of them are Dispatch's.
int cell_runtime_count_threads(int *dispatch);

// MARK: Crashes

/// Notes crashes, and writes out what `stdout` holds.
void cell_runtime_catch_crashes(cell_runtime_notes *notes);

/// The same, for a copy that takes over.
void cell_runtime_watch_process(void);

/// Notes what the Swift runtime says when it ends this process, in the place of printing it. What
/// programs that cells fork say is none of it.
void cell_runtime_note_last_words(cell_runtime_notes *notes);

/// Waits for a thread until a time on the real-time clock. Returns 0, or an error number.
int cell_runtime_join(pthread_t thread, const struct timespec *deadline);

/// Gives the calling thread a stack on which a stack overflow can be reported.
void *cell_runtime_begin_thread(void);

/// Gives that stack back.
void cell_runtime_end_thread(void *stack);

/// The address at which the shared object of `symbol` is loaded.
uint64_t cell_runtime_base_address(const void *symbol);

// MARK: Output

/// Has each line of output leave at its end, and what stands in the buffer leave now.
void cell_runtime_buffer_lines(void);
void cell_runtime_flush_output(void);

// MARK: Tasks

/// Runs Swift's tasks on threads of this library instead of Dispatch's, and those of the main actor
/// on the executor given: a `SerialExecutor` and its witness table.
void cell_runtime_install_executor(void *identity, uintptr_t table);

/// Keeps the tasks' threads from changing anything while the process forks.
void cell_runtime_lock_executor(void);
void cell_runtime_unlock_executor(void);

/// Notes, in a fork, that the tasks' threads are not there.
void cell_runtime_forget_threads(void);

/// Runs waiting tasks in a fork, or forgets them.
void cell_runtime_resume_executor(int keeps_tasks);

/// How many of the tasks' threads wait for work.
int cell_runtime_idle_threads(void);
