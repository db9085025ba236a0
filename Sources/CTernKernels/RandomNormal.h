// Normal numbers of Philox4x32 with 10 rounds: a block of four words in each lane, and four numbers
// of each block (see Philox.swift, which has the sources). A unit is one number; any part of a
// sequence may be asked for.

typedef uint32_t u_f32 __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 4)));
typedef uint64_t u_wide __attribute__((ext_vector_type(TERN_VECTOR_BYTES / 4)));

// Macros, since a function could not take vectors wider than the instruction set's.
#define HIGH_WORD(product) __builtin_convertvector((product) >> 32, u_f32)
#define LOW_WORD(product) __builtin_convertvector(product, u_f32)

ALWAYS_INLINE void philox_blocks(u_f32 words[4], uint64_t index, uint64_t stream, uint64_t key) {
  u_wide counter;
  for (int i = 0; i < lanes_f32; i++) counter[i] = index + (uint64_t)i;
  u_f32 a = LOW_WORD(counter), b = HIGH_WORD(counter);
  u_f32 c = (uint32_t)stream - (u_f32){0}, d = (uint32_t)(stream >> 32) - (u_f32){0};
  uint32_t left = (uint32_t)key, right = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    const u_wide first = __builtin_convertvector(a, u_wide) * 0xd2511f53u;
    const u_wide second = __builtin_convertvector(c, u_wide) * 0xcd9e8d57u;
    a = HIGH_WORD(second) ^ b ^ left;
    b = LOW_WORD(second);
    c = HIGH_WORD(first) ^ d ^ right;
    d = LOW_WORD(first);
    left += 0x9e3779b9u;
    right += 0xbb67ae85u;
  }
  words[0] = a, words[1] = b, words[2] = c, words[3] = d;
}

// Box and Muller's pair. All 32 bits go into the radius, which else would end at 5.8; half a step
// keeps it finite.
ALWAYS_INLINE void normal_pair(u_f32 size, u_f32 turn, v_f32 *first, v_f32 *second) {
  const v_f32 u = (__builtin_convertvector(size, v_f32) + 0.5f) * 0x1p-32f;
  const v_f32 radius = __builtin_elementwise_sqrt(-2.0f * log_f32(u));
  const v_f32 angle = 6.28318530717958647692f * (__builtin_convertvector((m_f32)(turn >> 8), v_f32) * 0x1p-24f);
  *first = radius * cos_f32(angle);
  *second = radius * sin_f32(angle);
}

static void random_normal_f32(const void *arguments, int64_t begin, int64_t end) {
  const tern_random_numbers *r = arguments;
  float *out = r->out;
  for (int64_t at = begin; at < end;) {
    const int64_t block = at / 4, skipped = at % 4;
    u_f32 words[4];
    v_f32 numbers[4];
    float ordered[4 * lanes_f32];
    philox_blocks(words, (uint64_t)block, r->stream, r->key);
    normal_pair(words[0], words[1], &numbers[0], &numbers[1]);
    normal_pair(words[2], words[3], &numbers[2], &numbers[3]);
    for (int i = 0; i < lanes_f32; i++)
      for (int j = 0; j < 4; j++) ordered[4 * i + j] = numbers[j][i];
    const int64_t left = end - at, count = 4 * lanes_f32 - skipped < left ? 4 * lanes_f32 - skipped : left;
    memcpy(out + (at - begin), ordered + skipped, (size_t)count * sizeof(float));
    at += count;
  }
}
