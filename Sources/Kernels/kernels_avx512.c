#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include "Kernels.h"

#define SET AEPCA_AVX512
#define NAME(x) aepca_avx512_##x
#define MOST_ROWS_1 14
#define MOST_ROWS_2 14
#define MOST_ROWS_3 9
#define MOST_ROWS_4 6
#define MOST_PIXELS 8
#define MOST_HALF_PIXELS 8
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define EXACT_PRODUCTS
#define RECIPROCAL(x) reciprocal(x)
#define SQUARE_ROOT(x) square_root(x)

#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)

#include "vector.h"

/// Division takes sixteen cycles; 14 bits and one Newton step take four instructions.
INLINE vec reciprocal(vec x) {
  vec guess = (vec)_mm512_rcp14_ps((__m512)x);
  return FMA(FMA(-x, guess, splat(1)), guess, guess);
}

INLINE vec square_root(vec x) {
  vec guess = (vec)_mm512_rsqrt14_ps((__m512)larger(x, splat(1e-37f)));
  vec root = x * guess, half = guess * 0.5f;
  return FMA(FMA(-root, root, x), half, root);
}

#include "vector_math.h"
#include "elementwise.h"
#include "tiles.h"
#include "product.h"
#include "convolution.h"
#include "sparse.h"
#include "transpose.h"
#include "normalization.h"
#include "loss.h"
#include "optimizer.h"
#include "random.h"
#include "noise.h"
#include "kernel_table.h"

#pragma clang attribute pop
#endif
