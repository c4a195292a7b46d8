// Random numbers that belong to an entry, not to the order of work.

#include "mix.h"

static void NAME(dropout)(
  uint64_t key, float rate, long first_row, long rows, long columns, float *values,
  long stride, float *factors, long factor_stride) {
  const float kept = 1 / (1 - rate);
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < columns; j++) {
      uint64_t bits = aepca_mixed(key, (uint64_t)((first_row + i) * columns + j));
      float uniform = (float)(bits >> 40) * 0x1p-24f;
      float factor = uniform < rate ? 0 : kept;
      factors[i * factor_stride + j] = factor;
      values[i * stride + j] *= factor;
    }
  }
}
