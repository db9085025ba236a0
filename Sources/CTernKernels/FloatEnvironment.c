#include "CTernKernels.h"

#if defined(__x86_64__)

#include <xmmintrin.h>

// By hand, since fegetenv and fesetenv take longer than a small prediction: of the unit for vectors its register, of
// the one for 80 bits, in which libraries may sum, what rounds and traps, and the flags.
typedef struct {
  uint32_t vectors;
  uint16_t control, flags;
} environment;

enum { default_vectors = 0x1F80, default_control = 0x37F, all_flags = 0x3F };

static environment present(void) {
  environment found = {.vectors = _mm_getcsr()};
  __asm__ volatile("fnstcw %0" : "=m"(found.control));
  __asm__ volatile("fnstsw %0" : "=m"(found.flags));
  found.flags &= all_flags;
  return found;
}

// What is so already is not written, which takes longer than to look.
static void change(environment now, environment wanted) {
  if (now.vectors != wanted.vectors) _mm_setcsr(wanted.vectors);
  if (now.control == wanted.control && now.flags == wanted.flags) return;
  // The first masks all exceptions, so that no flag traps between the two.
  struct {
    uint16_t control, unused, status, rest[11];
  } unit;
  __asm__ volatile("fnstenv %0" : "=m"(unit));
  unit.control = wanted.control;
  unit.status = (unit.status & ~all_flags) | wanted.flags;
  __asm__ volatile("fldenv %0" : : "m"(unit));
}

static void set(environment wanted) { change(present(), wanted); }

static void set_default(environment now) {
  change(now, (environment){default_vectors | (now.vectors & all_flags), default_control, now.flags});
}

#else

#include <fenv.h>

typedef fenv_t environment;

static environment present(void) {
  environment found;
  fegetenv(&found);
  return found;
}

static void set(environment wanted) { fesetenv(&wanted); }
static void set_default(environment now) { fesetenv(FE_DFL_ENV); }

#endif

static _Thread_local environment host;

void tern_floats_enter(void) {
  host = present();
  set_default(host);
}

void tern_floats_leave(void) { set(host); }

void tern_floats_reset(void) { set_default(present()); }
