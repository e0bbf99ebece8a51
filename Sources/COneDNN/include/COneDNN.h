#pragma once

/// Version of the oneDNN library in use, as major * 10000 + minor * 100 + patch.
int odnn_version(void);
