// The product, panel by panel of its columns, in the tiles of this instruction set.

/// Some columns of a panel and the tiles that take them, the largest of `most` rows.
struct NAME(strips) {
  const NAME(tile) *tiles;
  long most;
  long first;
  long end;
  /// Columns of a tile.
  long step;
};

/// All rows of some strips, cut as evenly as the largest tile allows.
static void NAME(rows)(
  const struct aepca_product *task, struct NAME(strips) strips, long vectors, const float *b,
  long b_stride, const float *bias, float *c, long c_stride) {
  const float *a = task->a;
  // What is read next comes into the second cache meanwhile, a line per inner step: the next
  // packed panel, or in turn what the caller names.
  const float *next[3] = {b + 16 * vectors * task->inner, 0, 0};
  const long reach = 16 * task->inner;
  long ahead = 16 * vectors * task->inner, turns = 1, turn = 0, done = 0;
  if (task->b_stride) {
    for (int i = 0; i < 3; i++) next[i] = task->soon[i];
    ahead = 16 * vectors * task->rows;
    turns = 3;
  }
  const long parts = (task->rows + strips.most - 1) / strips.most;
  const long least = task->rows / parts, larger_parts = task->rows - least * parts;
  for (long part = 0; part < parts; part++) {
    long count = least + (part >= parts - larger_parts);
    const float *soon = next[turn] && done < ahead ? next[turn] + done : 0;
    if (++turn == turns) {
      turn = 0;
      done += reach;
    }
    for (long column = strips.first; column < strips.end; column += strips.step) {
      strips.tiles[count - 1](
        task->inner, a, task->a_row_stride, task->a_inner_stride, b + column, b_stride,
        bias ? bias + column : 0, task->mode == AEPCA_ADD ? c + column : 0, c_stride,
        c + column, c_stride, task->mode == AEPCA_MULTIPLY, soon ? soon : b, soon ? 16 : 0);
      soon = 0;
    }
    a += count * task->a_row_stride;
    c += count * c_stride;
  }
}

/// One panel of C.
static void NAME(panel)(
  const struct aepca_product *task, long columns, const float *b, long b_stride,
  const float *bias, float *c, long c_stride) {
  const long vectors = (columns + 15) / 16;
#ifdef MOST_ROWS_2
  struct NAME(strips) whole = {
    NAME(tiles)[vectors - 1], NAME(most_rows)[vectors - 1], 0, 16 * vectors, 16 * vectors};
#else
  struct NAME(strips) whole = {NAME(tiles_1), MOST_ROWS_1, 0, 16 * vectors, 16};
#endif
#ifdef HALF_ROWS
  if (16 * vectors - columns >= 8) {
    whole.end -= 16;
    struct NAME(strips) rest = {NAME(half_tiles), HALF_ROWS, whole.end, whole.end + 8, 8};
    NAME(rows)(task, rest, vectors, b, b_stride, bias, c, c_stride);
    if (task->mode != AEPCA_ADD) {
      const half none = (half)(0);
      for (long i = 0; i < task->rows; i++) half_store(c + i * c_stride + rest.end, none);
    }
    if (whole.end == 0) return;
  }
#endif
  NAME(rows)(task, whole, vectors, b, b_stride, bias, c, c_stride);
}

static void NAME(product)(const struct aepca_product *task) {
  if (task->rows <= 0) return;
  const long vectors = (task->columns + 15) / 16;
  long width;
  for (long done = 0; done < vectors; done += width) {
    width = aepca_panel_vectors(vectors - done);
    long left = task->columns - 16 * done;
    const float *b = task->b + 16 * done * (task->b_stride ? 1 : task->inner);
    float *c = task->c + 16 * done * (task->c_stride ? 1 : task->rows);
    NAME(panel)(
      task, left < 16 * width ? left : 16 * width, b,
      task->b_stride ? task->b_stride : 16 * width, task->bias ? task->bias + 16 * done : 0, c,
      task->c_stride ? task->c_stride : 16 * width);
    if (task->activation != AEPCA_LINEAR) {
      // The panel is still in the first cache.
      NAME(activate)(
        task->activation, task->rows, width, c, task->c_stride,
        task->derivative ? task->derivative + 16 * done : 0, task->derivative_stride);
    }
  }
}
