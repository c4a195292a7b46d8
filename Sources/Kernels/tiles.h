// The product's inner tiles: rows x vectors sums kept in registers over the inner index.
// MOST_ROWS_n says how many rows of n vectors fit this instruction set's registers; a set
// without tiles of several vectors goes through a panel one vector at a time. A set whose
// registers hold less than a vector also has tiles of half a vector, HALF_ROWS at most, for
// columns that would leave the other half empty.
//
// Row i of A is read at bases[i / 5] + (i % 5) * stride, for which the processor has address
// modes: one running pointer would make each row's address wait for the last one's. The empty
// assembly hides from the compiler that the bases are one pointer and some strides.
#define HIDE(pointer) __asm__("" : "+r"(pointer))

#define TILE_OF(KIND, LANES, ROWS, VECTORS)                                                   \
  INLINE void NAME(sums_##KIND##_##ROWS##_##VECTORS)(                                         \
    long inner, const float *a, long a_row_stride, long a_inner_stride, const float *b,       \
    long b_stride, const float *bias, const float *from, long from_stride, float *c,          \
    long c_stride, int multiplies, const float *soon, long soon_stride) {                     \
    KIND sums[ROWS][VECTORS];                                                                 \
    const float *bases[(ROWS + 4) / 5];                                                       \
    UNROLL for (int i = 0; i < (ROWS + 4) / 5; i++) bases[i] = a + 5 * i * a_row_stride;      \
    if (from) {                                                                               \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                 \
        UNROLL for (int j = 0; j < VECTORS; j++)                                              \
          sums[i][j] = KIND##_load(from + i * from_stride + LANES * j);                       \
      }                                                                                       \
    } else {                                                                                  \
      UNROLL for (int j = 0; j < VECTORS; j++) {                                              \
        KIND start = bias ? KIND##_load(bias + LANES * j) : (KIND)(0);                        \
        UNROLL for (int i = 0; i < ROWS; i++) sums[i][j] = start;                             \
      }                                                                                       \
    }                                                                                         \
    for (long p = 0; p < inner; p++) {                                                        \
      KIND right[VECTORS];                                                                    \
      UNROLL for (int j = 0; j < VECTORS; j++) right[j] = KIND##_load(b + LANES * j);         \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                 \
        KIND left = (KIND)(bases[i / 5][(i % 5) * a_row_stride]);                             \
        UNROLL for (int j = 0; j < VECTORS; j++) sums[i][j] = FMA(left, right[j], sums[i][j]); \
      }                                                                                       \
      UNROLL for (int i = 0; i < (ROWS + 4) / 5; i++) {                                       \
        bases[i] += a_inner_stride;                                                           \
        HIDE(bases[i]);                                                                       \
      }                                                                                       \
      b += b_stride;                                                                          \
      __builtin_prefetch(soon, 0, 2);                                                         \
      soon += soon_stride;                                                                    \
    }                                                                                         \
    if (multiplies) {                                                                         \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                 \
        UNROLL for (int j = 0; j < VECTORS; j++)                                              \
          sums[i][j] *= KIND##_load(c + i * c_stride + LANES * j);                            \
      }                                                                                       \
    }                                                                                         \
    UNROLL for (int i = 0; i < ROWS; i++) {                                                   \
      UNROLL for (int j = 0; j < VECTORS; j++)                                                \
        KIND##_store(c + i * c_stride + LANES * j, sums[i][j]);                               \
    }                                                                                         \
  }                                                                                           \
  static void NAME(tile_##KIND##_##ROWS##_##VECTORS)(                                         \
    long inner, const float *a, long a_row_stride, long a_inner_stride, const float *b,       \
    long b_stride, const float *bias, const float *from, long from_stride, float *c,          \
    long c_stride, int multiplies, const float *soon, long soon_stride) {                     \
    if (a_row_stride == 1) {                                                                  \
      NAME(sums_##KIND##_##ROWS##_##VECTORS)(                                                 \
        inner, a, 1, a_inner_stride, b, b_stride, bias, from, from_stride, c, c_stride,       \
        multiplies, soon, soon_stride);                                                       \
    } else {                                                                                  \
      NAME(sums_##KIND##_##ROWS##_##VECTORS)(                                                 \
        inner, a, a_row_stride, a_inner_stride, b, b_stride, bias, from, from_stride, c,      \
        c_stride, multiplies, soon, soon_stride);                                             \
    }                                                                                         \
  }

typedef void (*NAME(tile))(
  long, const float *, long, long, const float *, long, const float *, const float *, long,
  float *, long, int, const float *, long);

#define EACH_UP_TO_2(MAKE, VECTORS) MAKE(1, VECTORS) MAKE(2, VECTORS)
#define EACH_UP_TO_6(MAKE, VECTORS) \
  EACH_UP_TO_2(MAKE, VECTORS) MAKE(3, VECTORS) MAKE(4, VECTORS) MAKE(5, VECTORS) MAKE(6, VECTORS)
#define EACH_UP_TO_9(MAKE, VECTORS) \
  EACH_UP_TO_6(MAKE, VECTORS) MAKE(7, VECTORS) MAKE(8, VECTORS) MAKE(9, VECTORS)
#define EACH_UP_TO_12(MAKE, VECTORS) \
  EACH_UP_TO_9(MAKE, VECTORS) MAKE(10, VECTORS) MAKE(11, VECTORS) MAKE(12, VECTORS)
#define EACH_UP_TO_14(MAKE, VECTORS) \
  EACH_UP_TO_12(MAKE, VECTORS) MAKE(13, VECTORS) MAKE(14, VECTORS)
#define EACH_UP_TO_(COUNT) EACH_UP_TO_##COUNT
#define EACH_UP_TO(COUNT) EACH_UP_TO_(COUNT)
#define TILE(ROWS, VECTORS) TILE_OF(vec, 16, ROWS, VECTORS)
#define POINTER(ROWS, VECTORS) NAME(tile_vec_##ROWS##_##VECTORS),
#define HALF_TILE(ROWS, VECTORS) TILE_OF(half, 8, ROWS, VECTORS)
#define HALF_POINTER(ROWS, VECTORS) NAME(tile_half_##ROWS##_##VECTORS),

EACH_UP_TO(MOST_ROWS_1)(TILE, 1)
static const NAME(tile) NAME(tiles_1)[] = {EACH_UP_TO(MOST_ROWS_1)(POINTER, 1)};
#ifdef MOST_ROWS_2
EACH_UP_TO(MOST_ROWS_2)(TILE, 2)
static const NAME(tile) NAME(tiles_2)[] = {EACH_UP_TO(MOST_ROWS_2)(POINTER, 2)};
EACH_UP_TO(MOST_ROWS_3)(TILE, 3)
static const NAME(tile) NAME(tiles_3)[] = {EACH_UP_TO(MOST_ROWS_3)(POINTER, 3)};
EACH_UP_TO(MOST_ROWS_4)(TILE, 4)
static const NAME(tile) NAME(tiles_4)[] = {EACH_UP_TO(MOST_ROWS_4)(POINTER, 4)};
static const NAME(tile) *const NAME(tiles)[] = {
  NAME(tiles_1), NAME(tiles_2), NAME(tiles_3), NAME(tiles_4)};
static const long NAME(most_rows)[] = {MOST_ROWS_1, MOST_ROWS_2, MOST_ROWS_3, MOST_ROWS_4};
#endif
#ifdef HALF_ROWS
EACH_UP_TO(HALF_ROWS)(HALF_TILE, 1)
static const NAME(tile) NAME(half_tiles)[] = {EACH_UP_TO(HALF_ROWS)(HALF_POINTER, 1)};
#endif
