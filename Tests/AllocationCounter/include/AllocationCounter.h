// Counts the calls of malloc and its kin in a test process (glibc; elsewhere always 0).
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H
#include <stdint.h>

/// Allocations of this thread and all others so far.
int64_t allocation_count(void);

/// Whether allocations are counted on this system.
int allocation_is_counted(void);

#endif
