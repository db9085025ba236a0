#define TERN_VECTOR_BYTES 16
#define TERN_TABLE tern_kernels_portable
#define TERN_TABLE_NAME "portable"
#if defined(__aarch64__)
#define TERN_REGISTERS 32
#else
#define TERN_REGISTERS 16
#endif
#include "Kernels.h"
