#if defined(__x86_64__)
#include <math.h>
#include "Kernels.h"

#define SET AEPCA_AVX2
#define NAME(x) aepca_avx2_##x
#define MOST_ROWS_1 6
#define HALF_ROWS 12
#define MOST_PIXELS 6
#define MOST_HALF_PIXELS 8
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define EXACT_PRODUCTS
// The approximate reciprocal and root with a Newton step each were no faster on Zen 3, where
// division overlaps with the rest, and differ in bits from maker to maker.
#define RECIPROCAL(x) (1 / (x))
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "vector.h"
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
