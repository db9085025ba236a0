// The matrix product of integers, which wraps round on overflow as NumPy's. Its arguments are those
// of the other products; row p of b is contiguous.
static void matrix_product_i64(const void *arguments, int64_t begin, int64_t end) {
  const tern_matrix_product *p = arguments;
  for (int64_t unit = begin; unit < end; unit++) {
    const int64_t batch = unit / p->rows, row = unit % p->rows;
    const uint64_t *a = (const uint64_t *)p->a + batch * p->a_batch + row * p->a_row;
    const uint64_t *b = (const uint64_t *)p->b + batch * p->b_batch;
    uint64_t *c = (uint64_t *)p->c + batch * p->c_batch + row * p->c_row;
    for (int64_t j = 0; j < p->n; j++) c[j] = 0;
    for (int64_t k = 0; k < p->k; k++) {
      const uint64_t x = a[k * p->a_column];
      for (int64_t j = 0; j < p->n; j++) c[j] += x * b[k * p->b_row + j];
    }
  }
}
