// Normal noise by the inverse of the distribution: one uniform number, one normal one.

#include "mix.h"

typedef uint32_t uvec __attribute__((ext_vector_type(16)));

/// A normal number from each 24 bits, by Giles's polynomials (2010, "Approximating the erfinv
/// function") to 4e-7 relative, within 5.4 deviations.
INLINE vec normal(uvec bits) {
  // Odd numbers over 2^24: exact, never 0, never 1 in size.
  vec x = __builtin_convertvector((ivec)(bits >> 8) * 2 + (1 - (1 << 24)), vec) * 0x1p-24f;
  vec w = -logarithm((1 - x) * (1 + x));
  vec near = w - 2.5f, far = SQUARE_ROOT(w) - 3;
  vec p = splat(2.81022636e-08f);
  p = FMA(p, near, splat(3.43273939e-07f));
  p = FMA(p, near, splat(-3.5233877e-06f));
  p = FMA(p, near, splat(-4.39150654e-06f));
  p = FMA(p, near, splat(0.00021858087f));
  p = FMA(p, near, splat(-0.00125372503f));
  p = FMA(p, near, splat(-0.00417768164f));
  p = FMA(p, near, splat(0.246640727f));
  p = FMA(p, near, splat(1.50140941f));
  vec q = splat(-0.000200214257f);
  q = FMA(q, far, splat(0.000100950558f));
  q = FMA(q, far, splat(0.00134934322f));
  q = FMA(q, far, splat(-0.00367342844f));
  q = FMA(q, far, splat(0.00573950773f));
  q = FMA(q, far, splat(-0.0076224613f));
  q = FMA(q, far, splat(0.00943887047f));
  q = FMA(q, far, splat(1.00167406f));
  q = FMA(q, far, splat(2.83297682f));
  return (w < 5 ? p : q) * x * 1.41421356f;
}

static void NAME(noise)(
  uint64_t key, float deviation, long first_row, long rows, long columns, float *values,
  long stride) {
  const uvec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (long i = 0; i < rows; i++) {
    uint64_t row_bits = aepca_mixed(key, (uint64_t)(first_row + i));
    for (long j = 0; j < columns; j += 16) {
      vec size = lanes_below(columns - j) * deviation;
      float *place = values + i * stride + j;
      uvec bits = AEPCA_ENTRY_BITS(row_bits, lane + (uint32_t)j);
      store(place, FMA(size, normal(bits), load(place)));
    }
  }
}
