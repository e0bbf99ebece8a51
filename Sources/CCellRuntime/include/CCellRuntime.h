#pragma once

/// Calls `entry` and returns 0, or 1 if the Swift code in it ended with an uncaught error.
int cell_runtime_call(int (*entry)(int, char **));
