#include <string.h>

#include "Kernels.h"

// Kernels of convolutions in other orders of their weights.

/// Where a column of a packed matrix begins, and how far apart its rows are.
struct column {
  long start;
  long step;
};

static struct column column_at(long rows, long columns, long number) {
  const long vectors = (columns + 15) / 16;
  long first = 0, width = aepca_panel_vectors(vectors);
  while (number >= 16 * (first + width)) {
    first += width;
    width = aepca_panel_vectors(vectors - first);
  }
  return (struct column){16 * first * rows + number - 16 * first, 16 * width};
}

void aepca_transpose_packed(
  long rows, long columns, const float *from, long from_rows, long from_row, float *to,
  long to_rows, long to_row) {
  for (long j = 0; j < columns; j++) {
    const struct column source = column_at(from_rows, columns, j);
    const float *values = from + source.start + from_row * source.step;
    for (long i = 0; i < rows; i += 16) {
      const struct column target = column_at(to_rows, rows, i);
      float *place = to + target.start + (to_row + j) * target.step;
      const long count = rows - i < 16 ? rows - i : 16;
      for (long k = 0; k < count; k++) place[k] = values[(i + k) * source.step];
    }
  }
}

/// Adds columns x rows of a packed matrix, turned, to rows x columns of another.
static void add_transposed(
  long rows, long columns, const float *from, long from_rows, long from_row, float *to,
  long to_rows, long to_row) {
  for (long i = 0; i < rows; i++) {
    const struct column source = column_at(from_rows, rows, i);
    const float *values = from + source.start + from_row * source.step;
    for (long j = 0; j < columns; j += 16) {
      const struct column target = column_at(to_rows, columns, j);
      float *place = to + target.start + (to_row + i) * target.step;
      const long count = columns - j < 16 ? columns - j : 16;
      for (long k = 0; k < count; k++) place[k] += values[(j + k) * source.step];
    }
  }
}

void aepca_add_transposed(
  long rows, long columns, const float *from, float *to, long to_rows, long to_row) {
  for (long j = 0; j < columns; j += 16) {
    const struct column target = column_at(to_rows, columns, j);
    const long count = columns - j < 16 ? columns - j : 16;
    for (long i = 0; i < rows; i++) {
      float *place = to + target.start + (to_row + i) * target.step;
      for (long k = 0; k < count; k++) place[k] += from[(j + k) * rows + i];
    }
  }
}

// Entry k of the kernel meets the block's entry j at place k' = j - k + height - 1 of the folded one:
// pixel q of the image reaches output s q + j - k + padding.

void aepca_fold_kernel(const struct aepca_folding *f, const float *kernel, float *folded) {
  const long tall = f->height + f->block_height - 1, wide = f->width + f->block_width - 1;
  const long from_rows = f->height * f->width * f->inputs, to_rows = tall * wide * f->outputs;
  memset(folded, 0, 4 * to_rows * ((f->inputs + 15) / 16 * 16));
  for (long y = 0; y < f->height; y++) {
    for (long x = 0; x < f->width; x++) {
      for (long v = 0; v < f->block_height; v++) {
        for (long u = 0; u < f->block_width; u++) {
          const long place = (v - y + f->height - 1) * wide + u - x + f->width - 1;
          add_transposed(
            f->outputs, f->inputs, kernel, from_rows, (y * f->width + x) * f->inputs, folded,
            to_rows, place * f->outputs);
        }
      }
    }
  }
}

void aepca_unfold_kernel(
  const struct aepca_folding *f, const float *folded_gradient, float *gradient) {
  const long tall = f->height + f->block_height - 1, wide = f->width + f->block_width - 1;
  const long from_rows = tall * wide * f->outputs, to_rows = f->height * f->width * f->inputs;
  for (long y = 0; y < f->height; y++) {
    for (long x = 0; x < f->width; x++) {
      for (long v = 0; v < f->block_height; v++) {
        for (long u = 0; u < f->block_width; u++) {
          const long place = (v - y + f->height - 1) * wide + u - x + f->width - 1;
          add_transposed(
            f->inputs, f->outputs, folded_gradient, from_rows, place * f->outputs, gradient,
            to_rows, (y * f->width + x) * f->inputs);
        }
      }
    }
  }
}
