// The product's inner tiles: rows x vectors sums kept in registers over the inner index.
// MOST_ROWS_n says how many rows of n vectors fit this instruction set's registers; a set
// without tiles of several vectors goes through a panel one vector at a time.
//
// Row i of A is read at bases[i / 5] + (i % 5) * stride, for which the processor has address
// modes: one running pointer would make each row's address wait for the last one's. The empty
// assembly hides from the compiler that the bases are one pointer and some strides.
#define HIDE(pointer) __asm__("" : "+r"(pointer))

#define TILE(ROWS, VECTORS)                                                                  \
  INLINE void NAME(sums_##ROWS##_##VECTORS)(                                                 \
    long inner, const float *a, long a_row_stride, long a_inner_stride, const float *b,      \
    long b_stride, const float *bias, const float *from, long from_stride, float *c,         \
    long c_stride, int multiplies, const float *soon, long soon_stride) {                    \
    vec sums[ROWS][VECTORS];                                                                 \
    const float *bases[(ROWS + 4) / 5];                                                      \
    UNROLL for (int i = 0; i < (ROWS + 4) / 5; i++) bases[i] = a + 5 * i * a_row_stride;     \
    if (from) {                                                                              \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                \
        UNROLL for (int j = 0; j < VECTORS; j++)                                             \
          sums[i][j] = load(from + i * from_stride + 16 * j);                                \
      }                                                                                      \
    } else {                                                                                 \
      UNROLL for (int j = 0; j < VECTORS; j++) {                                             \
        vec start = bias ? load(bias + 16 * j) : splat(0);                                   \
        UNROLL for (int i = 0; i < ROWS; i++) sums[i][j] = start;                            \
      }                                                                                      \
    }                                                                                        \
    for (long p = 0; p < inner; p++) {                                                       \
      vec right[VECTORS];                                                                    \
      UNROLL for (int j = 0; j < VECTORS; j++) right[j] = load(b + 16 * j);                  \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                \
        vec left = splat(bases[i / 5][(i % 5) * a_row_stride]);                              \
        UNROLL for (int j = 0; j < VECTORS; j++) sums[i][j] = FMA(left, right[j], sums[i][j]); \
      }                                                                                      \
      UNROLL for (int i = 0; i < (ROWS + 4) / 5; i++) {                                      \
        bases[i] += a_inner_stride;                                                          \
        HIDE(bases[i]);                                                                      \
      }                                                                                      \
      b += b_stride;                                                                         \
      __builtin_prefetch(soon, 0, 2);                                                        \
      soon += soon_stride;                                                                   \
    }                                                                                        \
    if (multiplies) {                                                                        \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                \
        UNROLL for (int j = 0; j < VECTORS; j++) sums[i][j] *= load(c + i * c_stride + 16 * j); \
      }                                                                                      \
    }                                                                                        \
    UNROLL for (int i = 0; i < ROWS; i++) {                                                  \
      UNROLL for (int j = 0; j < VECTORS; j++) store(c + i * c_stride + 16 * j, sums[i][j]); \
    }                                                                                        \
  }                                                                                          \
  static void NAME(tile_##ROWS##_##VECTORS)(                                                 \
    long inner, const float *a, long a_row_stride, long a_inner_stride, const float *b,      \
    long b_stride, const float *bias, const float *from, long from_stride, float *c,         \
    long c_stride, int multiplies, const float *soon, long soon_stride) {                    \
    if (a_row_stride == 1) {                                                                 \
      NAME(sums_##ROWS##_##VECTORS)(                                                         \
        inner, a, 1, a_inner_stride, b, b_stride, bias, from, from_stride, c, c_stride,      \
        multiplies, soon, soon_stride);                                                      \
    } else {                                                                                 \
      NAME(sums_##ROWS##_##VECTORS)(                                                         \
        inner, a, a_row_stride, a_inner_stride, b, b_stride, bias, from, from_stride, c,     \
        c_stride, multiplies, soon, soon_stride);                                            \
    }                                                                                        \
  }

typedef void (*NAME(tile))(
  long, const float *, long, long, const float *, long, const float *, const float *, long,
  float *, long, int, const float *, long);

#define EACH_UP_TO_2(MAKE, VECTORS) MAKE(1, VECTORS) MAKE(2, VECTORS)
#define EACH_UP_TO_6(MAKE, VECTORS) \
  EACH_UP_TO_2(MAKE, VECTORS) MAKE(3, VECTORS) MAKE(4, VECTORS) MAKE(5, VECTORS) MAKE(6, VECTORS)
#define EACH_UP_TO_9(MAKE, VECTORS) \
  EACH_UP_TO_6(MAKE, VECTORS) MAKE(7, VECTORS) MAKE(8, VECTORS) MAKE(9, VECTORS)
#define EACH_UP_TO_14(MAKE, VECTORS)                                              \
  EACH_UP_TO_9(MAKE, VECTORS) MAKE(10, VECTORS) MAKE(11, VECTORS) MAKE(12, VECTORS) \
  MAKE(13, VECTORS) MAKE(14, VECTORS)
#define EACH_UP_TO_(COUNT) EACH_UP_TO_##COUNT
#define EACH_UP_TO(COUNT) EACH_UP_TO_(COUNT)
#define POINTER(ROWS, VECTORS) NAME(tile_##ROWS##_##VECTORS),

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

/// One panel of C, its rows cut as evenly as the largest tile allows.
static void NAME(panel)(
  const struct aepca_product *task, long vectors, const float *b, long b_stride,
  const float *bias, float *c, long c_stride) {
#ifdef MOST_ROWS_2
  long most = NAME(most_rows)[vectors - 1], step = 16 * vectors;
  const NAME(tile) *tiles = NAME(tiles)[vectors - 1];
#else
  long most = MOST_ROWS_1, step = 16;
  const NAME(tile) *tiles = NAME(tiles_1);
#endif
  const float *a = task->a;
  // What is read next comes into the second cache meanwhile, a line per inner step: the next
  // packed panel, or in turn what the caller names.
  const float *next[3] = {b + 16 * vectors * task->inner, 0, 0};
  const long reach = 16 * task->inner;
  long ahead = 16 * vectors * task->inner, turn = 0, turns = 1;
  if (task->b_stride) {
    for (int i = 0; i < 3; i++) next[i] = task->soon[i];
    ahead = 16 * vectors * task->rows;
    turns = 3;
  }
  long left = task->rows;
  for (long parts = (left + most - 1) / most; parts; parts--) {
    long count = left / parts;
    long done = turn / turns * reach;
    const float *soon = next[turn++ % turns];
    int fetches = soon && done < ahead;
    for (long column = 0; column < 16 * vectors; column += step) {
      tiles[count - 1](
        task->inner, a, task->a_row_stride, task->a_inner_stride, b + column, b_stride,
        bias ? bias + column : 0, task->mode == AEPCA_ADD ? c + column : 0, c_stride,
        c + column, c_stride, task->mode == AEPCA_MULTIPLY, fetches ? soon + done : b,
        fetches ? 16 : 0);
    }
    left -= count;
    a += count * task->a_row_stride;
    c += count * c_stride;
  }
}

static void NAME(product)(const struct aepca_product *task) {
  if (task->rows <= 0) return;
  long width;
  for (long done = 0; done < task->vectors; done += width) {
    width = aepca_panel_vectors(task->vectors - done);
    const float *b = task->b + 16 * done * (task->b_stride ? 1 : task->inner);
    float *c = task->c + 16 * done * (task->c_stride ? 1 : task->rows);
    NAME(panel)(
      task, width, b, task->b_stride ? task->b_stride : 16 * width,
      task->bias ? task->bias + 16 * done : 0, c,
      task->c_stride ? task->c_stride : 16 * width);
    if (task->activation != AEPCA_LINEAR) {
      // The panel is still in the first cache.
      NAME(activate)(
        task->activation, task->rows, width, c, task->c_stride,
        task->derivative ? task->derivative + 16 * done : 0, task->derivative_stride);
    }
  }
}

/// Sixteen rows and columns turned by exchanging ever larger neighbours: pairs, then pairs of
/// pairs; each round moves one bit of the place from row to lane.
INLINE void NAME(turn)(vec *row) {
  vec next[16];
  UNROLL for (int i = 0; i < 8; i++) {
    next[2 * i] = __builtin_shufflevector(
      row[i], row[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    next[2 * i + 1] = __builtin_shufflevector(
      row[i], row[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
  UNROLL for (int i = 0; i < 16; i++) row[i] = next[i];
}

/// Sixteen by sixteen entries; beyond `height` rows there is nothing to read, and beyond
/// `width` columns nothing to write.
INLINE void NAME(transpose_block)(
  const float *from, long from_stride, float *to, long to_stride, long height, long width) {
  vec row[16];
  UNROLL for (int k = 0; k < 16; k++) {
    row[k] = k < height ? load(from + k * from_stride) : splat(0);
  }
  UNROLL for (int round = 0; round < 4; round++) NAME(turn)(row);
  UNROLL for (int k = 0; k < 16; k++) {
    if (k < width) store(to + k * to_stride, row[k]);
  }
}

static void NAME(transpose)(
  long rows, long columns, const float *from, long from_stride, float *to, long to_stride) {
  for (long i = 0; i < rows; i += 16) {
    for (long j = 0; j < columns; j += 16) {
      const float *source = from + i * from_stride + j;
      float *target = to + j * to_stride + i;
      if (rows - i >= 16 && columns - j >= 16) {
        NAME(transpose_block)(source, from_stride, target, to_stride, 16, 16);
      } else {
        NAME(transpose_block)(source, from_stride, target, to_stride, rows - i, columns - j);
      }
    }
  }
}
