#include <math.h>
#include "Kernels.h"

#define SET AEPCA_PORTABLE
#define NAME(x) aepca_portable_##x
#if defined(__aarch64__)
#define MOST_ROWS_1 6
#define HALF_ROWS 12
#define MOST_PIXELS 6
#define MOST_HALF_PIXELS 8
#define EXACT_PRODUCTS
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
// Without the instruction, the function would be a library call per lane.
#define MOST_ROWS_1 2
#define HALF_ROWS 2
#define MOST_PIXELS 2
#define MOST_HALF_PIXELS 4
#define FMA(a, b, c) ((a) * (b) + (c))
#endif
#define RECIPROCAL(x) (1 / (x))
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)

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
