// The product's inner tiles: rows x vectors sums kept in registers over the inner index.
// MOST_ROWS_n says how many rows of n vectors fit this instruction set's registers; a set
// without tiles of 2 and 3 vectors goes through a panel one vector at a time.

#define TILE(ROWS, VECTORS)                                                                  \
  static void NAME(tile_##ROWS##_##VECTORS)(                                                 \
    long inner, const float *a, long a_row_stride, long a_inner_stride, const float *b,      \
    long b_stride, float *c, long c_stride, int mode, const float *bias) {                   \
    vec sums[ROWS][VECTORS];                                                                 \
    UNROLL for (int j = 0; j < VECTORS; j++) {                                               \
      vec start = bias ? load(bias + 16 * j) : splat(0);                                     \
      UNROLL for (int i = 0; i < ROWS; i++) sums[i][j] = start;                              \
    }                                                                                        \
    if (mode == AEPCA_ADD) {                                                                 \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                \
        UNROLL for (int j = 0; j < VECTORS; j++) sums[i][j] = load(c + i * c_stride + 16 * j); \
      }                                                                                      \
    }                                                                                        \
    for (long p = 0; p < inner; p++) {                                                       \
      vec right[VECTORS];                                                                    \
      UNROLL for (int j = 0; j < VECTORS; j++) right[j] = load(b + 16 * j);                  \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                \
        vec left = splat(a[i * a_row_stride]);                                               \
        UNROLL for (int j = 0; j < VECTORS; j++) sums[i][j] = FMA(left, right[j], sums[i][j]); \
      }                                                                                      \
      a += a_inner_stride;                                                                   \
      b += b_stride;                                                                         \
    }                                                                                        \
    if (mode == AEPCA_MULTIPLY) {                                                            \
      UNROLL for (int i = 0; i < ROWS; i++) {                                                \
        UNROLL for (int j = 0; j < VECTORS; j++) sums[i][j] *= load(c + i * c_stride + 16 * j); \
      }                                                                                      \
    }                                                                                        \
    UNROLL for (int i = 0; i < ROWS; i++) {                                                  \
      UNROLL for (int j = 0; j < VECTORS; j++) store(c + i * c_stride + 16 * j, sums[i][j]); \
    }                                                                                        \
  }

typedef void (*NAME(tile))(
  long, const float *, long, long, const float *, long, float *, long, int, const float *);

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
#endif

/// One panel of C: its rows cut as evenly as the largest tile allows.
static void NAME(panel)(
  const struct aepca_product *task, long vectors, const float *b, long b_stride, float *c,
  long c_stride, const float *bias) {
#ifdef MOST_ROWS_2
  long most = vectors == 1 ? MOST_ROWS_1 : vectors == 2 ? MOST_ROWS_2 : MOST_ROWS_3;
  const NAME(tile) *tiles =
    vectors == 1 ? NAME(tiles_1) : vectors == 2 ? NAME(tiles_2) : NAME(tiles_3);
  long step = vectors;
#else
  long most = MOST_ROWS_1, step = 1;
  const NAME(tile) *tiles = NAME(tiles_1);
#endif
  long parts = (task->rows + most - 1) / most;
  long row = 0;
  for (long part = 0; part < parts; part++) {
    long count = (task->rows - row) / (parts - part);
    for (long vector = 0; vector < vectors; vector += step) {
      tiles[count - 1](
        task->inner, task->a + row * task->a_row_stride, task->a_row_stride,
        task->a_inner_stride, b + 16 * vector, b_stride, c + row * c_stride + 16 * vector,
        c_stride, task->mode, bias ? bias + 16 * vector : 0);
    }
    row += count;
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
      task, width, b, task->b_stride ? task->b_stride : 16 * width, c,
      task->c_stride ? task->c_stride : 16 * width,
      task->bias && task->mode == AEPCA_STORE ? task->bias + 16 * done : 0);
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

static void NAME(transpose)(long rows, long columns, const float *from, float *to) {
  long from_vectors = (columns + 15) / 16, to_vectors = (rows + 15) / 16, from_width, to_width;
  for (long j = 0; j < from_vectors; j += from_width) {
    from_width = aepca_panel_vectors(from_vectors - j);
    for (long i = 0; i < to_vectors; i += to_width) {
      to_width = aepca_panel_vectors(to_vectors - i);
      for (long jj = j; jj < j + from_width; jj++) {
        for (long ii = i; ii < i + to_width; ii++) {
          const float *source = from + 16 * j * rows + 16 * (jj - j);
          float *target = to + 16 * i * columns + 16 * (ii - i);
          long height = rows - 16 * ii < 16 ? rows - 16 * ii : 16;
          long width = columns - 16 * jj < 16 ? columns - 16 * jj : 16;
          vec row[16];
          UNROLL for (int k = 0; k < 16; k++) {
            row[k] = k < height ? load(source + (16 * ii + k) * 16 * from_width) : splat(0);
          }
          for (int round = 0; round < 4; round++) NAME(turn)(row);
          for (long k = 0; k < width; k++) {
            store(target + (16 * jj + k) * 16 * to_width, row[k]);
          }
        }
      }
    }
  }
}
