#include "CCellRuntime.h"

int cell_runtime_call(int (*entry)(int, char **)) { return entry(0, 0); }
