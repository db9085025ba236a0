#include "AllocationCounter.h"

static int64_t count;

int64_t allocation_count(void) { return __atomic_load_n(&count, __ATOMIC_RELAXED); }

// A sanitizer brings its own.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_ITS_OWN_ALLOCATOR
#endif
#endif

#if (defined(__GLIBC__) || defined(__linux__)) && !defined(HAS_ITS_OWN_ALLOCATOR)
#include <errno.h>
#include <stddef.h>

// glibc's own functions under these names; ours, in the executable, stand before them.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static void note(void) { __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED); }

void *malloc(size_t size) {
  note();
  return __libc_malloc(size);
}
void *calloc(size_t number, size_t size) {
  note();
  return __libc_calloc(number, size);
}
void *realloc(void *pointer, size_t size) {
  note();
  return __libc_realloc(pointer, size);
}
void *memalign(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void **pointer, size_t alignment, size_t size) {
  note();
  *pointer = __libc_memalign(alignment, size);
  return *pointer ? 0 : ENOMEM;
}

int allocation_is_counted(void) { return 1; }
#else
int allocation_is_counted(void) { return 0; }
#endif
