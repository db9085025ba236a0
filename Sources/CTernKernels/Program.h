// The interpreter of elementwise programs: a block of elements passes through all
// steps before the next block is read.

enum { block_elements = 512 };

ALWAYS_INLINE int64_t size_of(tern_dtype dtype) {
  return dtype == tern_bool ? 1 : dtype == tern_float32 || dtype == tern_int32 ? 4 : 8;
}

static void fill(void *destination, const void *value, int64_t size, int64_t n) {
  if (size == 4) {
    uint32_t v;
    memcpy(&v, value, 4);
    for (int64_t i = 0; i < n; i++) ((uint32_t *)destination)[i] = v;
  } else if (size == 8) {
    uint64_t v;
    memcpy(&v, value, 8);
    for (int64_t i = 0; i < n; i++) ((uint64_t *)destination)[i] = v;
  } else {
    memset(destination, *(const uint8_t *)value, n);
  }
}

static void run_step(const tern_step *step, char **at, int64_t n) {
  char *d = at[step->destination], *x = at[step->x], *y = at[step->y], *z = at[step->z];
  if (step->op == tern_op_copy && step->from != step->to) {
    convert(step->from, step->to, d, x, n);
    return;
  }
  switch (step->from) {
    case tern_float32:
      step_f32(step->op, d, x, y, z, (const float *)at[step->v], (const float *)at[step->w], n);
      break;
    case tern_float64:
      step_f64(step->op, d, x, y, z, (const double *)at[step->v], (const double *)at[step->w], n);
      break;
    case tern_int32:
      step_i32(step->op, d, x, y, z, n);
      break;
    case tern_int64:
      step_i64(step->op, d, x, y, z, n);
      break;
    case tern_bool:
      step_bool(step->op, d, x, y, z, n);
      break;
  }
}

// Whether steps from `s` on are Adam's, each reading what the last ones made, and nothing else they have made.
static int is_adam(const tern_step *s, int64_t left) {
  return left >= 3 && s[0].op == tern_op_movingAverage && s[1].op == tern_op_movingAverageOfSquare &&
         s[2].op == tern_op_normalizedStep && s[1].y == s[0].y && s[2].y == s[0].destination &&
         s[2].z == s[1].destination && s[1].x != s[0].destination && s[1].y != s[0].destination &&
         s[2].x != s[0].destination && s[2].x != s[1].destination;
}

// Takes a block through all steps.
static void run_steps(const tern_elementwise *p, char **at, int64_t n) {
  for (int i = 0; i < p->step_count; i++) {
    const tern_step *step = &p->steps[i];
    if (!is_adam(step, p->step_count - i)) {
      run_step(step, at, n);
      continue;
    }
    if (step->from == tern_float32) adam_f32(step, step + 1, step + 2, at, n);
    else adam_f64(step, step + 1, step + 2, at, n);
    i += 2;
  }
}

static void elementwise(const void *arguments, int64_t begin, int64_t end) {
  const tern_elementwise *p = arguments;
  const int64_t columns = p->columns, last = end * columns;
  int64_t position = begin * columns;
  if (position >= last) return;

  char scratch[tern_max_registers * block_elements * 8] __attribute__((aligned(64)));
  char *at[tern_max_slots];
  uint8_t full[tern_max_slots], rows[tern_max_slots], per_row[tern_max_slots];
  int full_count = 0, row_count = 0, column_count = 0;

  int has_row = 0;
  for (int s = 0; s < p->slot_count; s++) has_row |= p->slots[s].extent == tern_extent_row;
  // Single numbers that steps read as vectors; others are read where they lie.
  uint8_t is_spread[tern_max_slots] = {0};
  for (int i = 0; i < p->step_count; i++) {
    const tern_step *step = &p->steps[i];
    is_spread[step->x] = is_spread[step->y] = is_spread[step->z] = 1;
  }
  // Whole rows in a block let a row operand be laid out once for all blocks;
  // rows longer than a block are walked in pieces that never cross a row's end.
  const int long_rows = has_row && columns > block_elements;
  const int64_t block = has_row && !long_rows ? block_elements / columns * columns : block_elements;
  const int64_t first = last - position < block ? last - position : block;

  int64_t used = 0;
  for (int s = 0; s < p->slot_count; s++) {
    const int64_t size = size_of(p->slots[s].dtype);
    switch (p->slots[s].extent) {
      case tern_extent_full:
        full[full_count++] = s;
        continue;
      case tern_extent_row:
        if (long_rows) {
          rows[row_count++] = s;
          continue;
        }
        at[s] = scratch + used;
        for (int64_t i = 0; i < first; i += columns) memcpy(at[s] + i * size, p->pointers[s], columns * size);
        break;
      case tern_extent_column:
        at[s] = scratch + used;
        per_row[column_count++] = s;
        break;
      case tern_extent_scalar:
        if (!is_spread[s]) {
          at[s] = p->pointers[s];
          continue;
        }
        at[s] = scratch + used;
        fill(at[s], p->pointers[s], size, first);
        break;
      case tern_extent_register:
        at[s] = scratch + used;
        break;
    }
    used += (size * block_elements + 63) & ~63;
  }

  while (position < last) {
    int64_t n = last - position < block ? last - position : block;
    if (long_rows && n > columns - position % columns) n = columns - position % columns;
    for (int i = 0; i < full_count; i++) {
      const int s = full[i];
      at[s] = (char *)p->pointers[s] + position * size_of(p->slots[s].dtype);
    }
    for (int i = 0; i < row_count; i++) {
      const int s = rows[i];
      at[s] = (char *)p->pointers[s] + position % columns * size_of(p->slots[s].dtype);
    }
    for (int i = 0; i < column_count; i++) {
      const int s = per_row[i];
      const int64_t size = size_of(p->slots[s].dtype);
      for (int64_t j = 0; j < n;) {
        const int64_t row = (position + j) / columns;
        int64_t run = (row + 1) * columns - (position + j);
        if (run > n - j) run = n - j;
        fill(at[s] + j * size, (const char *)p->pointers[s] + row * size, size, run);
        j += run;
      }
    }
    run_steps(p, at, n);
    position += n;
  }
}
