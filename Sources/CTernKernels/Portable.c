#define TERN_VECTOR_BYTES 16
#define TERN_TABLE tern_kernels_portable
#define TERN_TABLE_NAME "portable"
#define TERN_ROWS 4
#include "Kernels.h"
