#include <math.h>

#include "Kernels.h"
#include "any_processor.h"

/// Sums in lanes: sixteen at once, added up in one order at the end.
static inline __attribute__((always_inline)) double dot(
  const float *left, const float *right, long columns) {
  float sums[AEPCA_LANES] = {0};
  for (long column = 0; column < columns; column += AEPCA_LANES) {
    for (int lane = 0; lane < AEPCA_LANES; lane++) {
      sums[lane] += left[column + lane] * right[column + lane];
    }
  }
  double total = 0;
  for (int lane = 0; lane < AEPCA_LANES; lane++) total += sums[lane];
  return total;
}

ANY_PROCESSOR void aepca_normal_equations(
  long parameters, long columns, const float *tangents, long tangent_stride,
  const float *residual, double *matrix, double *vector) {
  for (long row = 0; row < parameters; row++) {
    const float *tangent = tangents + row * tangent_stride;
    for (long column = 0; column <= row; column++) {
      const double entry = dot(tangent, tangents + column * tangent_stride, columns);
      matrix[row * parameters + column] = entry;
      matrix[column * parameters + row] = entry;
    }
    vector[row] = dot(tangent, residual, columns);
  }
}

int aepca_solve_damped(
  long count, const double *matrix, const double *vector, double damping, double *factors, double *x) {
  for (long row = 0; row < count; row++) {
    double *own = factors + row * count;
    double left = vector[row];
    for (long column = 0; column <= row; column++) {
      double entry = matrix[row * count + column];
      if (column == row) entry += damping * (entry + 1e-6);
      const double *other = factors + column * count;
      for (long inner = 0; inner < column; inner++) entry -= own[inner] * other[inner];
      if (column == row && !(entry > 0)) return 0;
      own[column] = column == row ? sqrt(entry) : entry / other[column];
    }
    for (long inner = 0; inner < row; inner++) left -= own[inner] * x[inner];
    x[row] = left / own[row];
  }
  for (long row = count - 1; row >= 0; row--) {
    for (long inner = row + 1; inner < count; inner++)
      x[row] -= factors[inner * count + row] * x[inner];
    x[row] /= factors[row * count + row];
  }
  return 1;
}

ANY_PROCESSOR double aepca_residual(
  long columns, const float *target, const float *value, const uint8_t *mask, float *residual) {
  double sum = 0;
  for (long column = 0; column < columns; column++) {
    const float difference =
      mask && !mask[column] ? 0 : target[column] - value[column];
    residual[column] = difference;
    sum += (double)difference * difference;
  }
  return sum;
}
