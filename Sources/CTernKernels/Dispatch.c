#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "CTernKernels.h"

extern const tern_kernels tern_kernels_portable;
#if defined(__x86_64__)
extern const tern_kernels tern_kernels_avx512, tern_kernels_avx2;
#endif

const char *tern_op_name(tern_op op) {
#define NAME(name) #name,
  static const char *const names[] = {TERN_OPERATIONS(NAME)};
  return names[op];
}

const tern_kernels *tern_kernels_named(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (strcmp(name, "avx512") == 0)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
               ? &tern_kernels_avx512
               : NULL;
  if (strcmp(name, "avx2") == 0) return avx2 ? &tern_kernels_avx2 : NULL;
#endif
  return strcmp(name, "portable") == 0 ? &tern_kernels_portable : NULL;
}

const tern_kernels *tern_kernels_active(void) {
  const char *names[] = {"avx512", "avx2", "portable"};
  const char *asked = getenv("TERN_ISA");
  int allowed = asked == NULL || *asked == 0;
  for (int i = 0; i < 3; i++) {
    allowed = allowed || strcmp(asked, names[i]) == 0;
    const tern_kernels *kernels = allowed ? tern_kernels_named(names[i]) : NULL;
    if (kernels) return kernels;
  }
  return &tern_kernels_portable;
}

static _Thread_local struct {
  void *memory;
  int64_t bytes;
} scratch;

// Frees the memory of a thread that ends.
static pthread_key_t scratch_key;
static int has_scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;
static void make_scratch_key(void) { has_scratch_key = pthread_key_create(&scratch_key, free) == 0; }

void *tern_scratch(int64_t bytes) {
  if (scratch.bytes < bytes) {
    pthread_once(&scratch_once, make_scratch_key);
    free(scratch.memory);
    scratch.bytes = (bytes + 4095) & ~(int64_t)4095;
    scratch.memory = aligned_alloc(64, scratch.bytes);
    if (!scratch.memory) {
      fprintf(stderr, "Tern: no memory for %lld bytes of scratch\n", (long long)scratch.bytes);
      abort();
    }
    if (has_scratch_key) pthread_setspecific(scratch_key, scratch.memory);
  }
  return scratch.memory;
}
