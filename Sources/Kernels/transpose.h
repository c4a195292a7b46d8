// Rows turned into columns, a block in registers at a time: of sixteen rows where all of them fit,
// else of eight.

#ifdef MOST_ROWS_2

enum { NAME(block) = 16 };

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

/// Sixteen by sixteen entries: beyond `height` rows there is nothing to read, and beyond
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

#else

enum { NAME(block) = 8 };

/// Eight by eight entries: beyond `height` rows there is nothing to read, and beyond `width`
/// columns nothing to write. Row k and row k + 4 share a register, so that every exchange stays
/// within four lanes, where it is cheap.
INLINE void NAME(transpose_block)(
  const float *from, long from_stride, float *to, long to_stride, long height, long width) {
  UNROLL for (int side = 0; side < 8; side += 4) {
    half row[4], pair[4];
    UNROLL for (int k = 0; k < 4; k++) {
      quad none = (quad)(0), low = none, high = none;
      if (k < height) low = quad_load(from + k * from_stride + side);
      if (k + 4 < height) high = quad_load(from + (k + 4) * from_stride + side);
      row[k] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
    }
    UNROLL for (int k = 0; k < 2; k++) {
      half left = row[2 * k], right = row[2 * k + 1];
      pair[k] = __builtin_shufflevector(left, right, 0, 8, 1, 9, 4, 12, 5, 13);
      pair[k + 2] = __builtin_shufflevector(left, right, 2, 10, 3, 11, 6, 14, 7, 15);
    }
    UNROLL for (int k = 0; k < 4; k += 2) {
      half left = pair[k], right = pair[k + 1];
      row[k] = __builtin_shufflevector(left, right, 0, 1, 8, 9, 4, 5, 12, 13);
      row[k + 1] = __builtin_shufflevector(left, right, 2, 3, 10, 11, 6, 7, 14, 15);
    }
    UNROLL for (int k = 0; k < 4; k++) {
      if (side + k < width) half_store(to + (side + k) * to_stride, row[k]);
    }
  }
}

#endif

static void NAME(transpose)(
  long rows, long columns, const float *from, long from_stride, float *to, long to_stride) {
  // The lanes that fill the last vector come from rows that are not there.
  for (long i = 0; i < (rows + 15) / 16 * 16; i += NAME(block)) {
    for (long j = 0; j < columns; j += NAME(block)) {
      const float *source = from + i * from_stride + j;
      float *target = to + j * to_stride + i;
      if (rows - i >= NAME(block) && columns - j >= NAME(block)) {
        NAME(transpose_block)(
          source, from_stride, target, to_stride, NAME(block), NAME(block));
      } else {
        NAME(transpose_block)(source, from_stride, target, to_stride, rows - i, columns - j);
      }
    }
  }
}
