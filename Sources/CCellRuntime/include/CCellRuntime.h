#pragma once

#include <stdint.h>

/// The entry of a compiled cell.
typedef int (*cell_entry)(int, char **);

/// Calls a cell's entry. Returns NULL, or the Swift error with which the cell ended.
void *cell_runtime_call(cell_entry entry);

/// A pipe whose ends are closed in programs started later. Returns 0, or an error number.
int cell_runtime_pipe(int ends[2]);

/// A piece of memory that two processes can map. Returns its descriptor, or -1.
int cell_runtime_shared_memory(const char *name, long size);

/// Has a program that is started with these `posix_spawn_file_actions_t` start in a folder.
int cell_runtime_add_folder(void *actions, const char *folder);

/// Has the system end this process's group when the thread that started it ends.
void cell_runtime_die_with_parent(void);

/// Notes the frames of a crash in `frames` (their number first) and writes out what `stdout` holds.
void cell_runtime_catch_crashes(uint64_t *frames, int capacity);

/// Has each line of output leave at its end, and what stands in the buffer leave now.
void cell_runtime_buffer_lines(void);
void cell_runtime_flush_output(void);

/// Gives the calling thread a stack on which a stack overflow can be reported.
void *cell_runtime_begin_thread(void);

/// Gives that stack back.
void cell_runtime_end_thread(void *stack);

/// The address at which the shared object of `symbol` is loaded.
uint64_t cell_runtime_base_address(const void *symbol);

/// Runs Swift's tasks on threads of this library instead of Dispatch's, and those of the main actor
/// on the executor given: a `SerialExecutor` and its witness table.
void cell_runtime_install_executor(void *identity, uintptr_t table);
