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

/// Box and Muller's transform, the sine by the cosine's half turn: one number per entry.
static void NAME(noise)(
  uint64_t key, float deviation, long first_row, long rows, long columns, float *values,
  long stride) {
  for (long i = 0; i < rows; i++) {
    for (long j = 0; j < columns; j++) {
      uint64_t bits = aepca_mixed(key, (uint64_t)((first_row + i) * columns + j));
      double radius = ((double)(bits >> 32) + 0.5) * 0x1p-32;
      double angle = (double)(bits & 0xffffffffu) * 0x1p-32;
      double normal = sqrt(-2 * log(radius)) * cos(6.283185307179586 * angle);
      values[i * stride + j] += deviation * (float)normal;
    }
  }
}
