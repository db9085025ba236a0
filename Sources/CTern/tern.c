#include "tern.h"

_Static_assert(sizeof(tern_array) == 16 + 16 * TERN_MAX_RANK, "bindings lay out tern_array by hand");
