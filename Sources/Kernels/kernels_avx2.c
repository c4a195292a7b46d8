#if defined(__x86_64__)
#include <math.h>
#include "Kernels.h"

#define SET AEPCA_AVX2
#define NAME(x) aepca_avx2_##x
#define MOST_ROWS_1 6
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#define EXACT_PRODUCTS
#define RECIPROCAL(x) (1 / (x))
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "vector.h"
#include "vector_math.h"
#include "elementwise.h"
#include "product.h"
#include "normalization.h"
#include "loss.h"
#include "optimizer.h"
#include "random.h"
#include "kernel_table.h"

#pragma clang attribute pop
#endif
