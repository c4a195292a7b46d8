#include <math.h>
#include <string.h>

#include "Kernels.h"
#include "mix.h"

/// Asks for a row, up to a page of it; the processor guesses what follows.
static inline void fetch(const float *row, long columns) {
  for (long byte = 0; byte < 4 * columns && byte < 4096; byte += 64)
    __builtin_prefetch((const char *)row + byte);
}

/// A row, the lanes up to the next one set to 0: in pieces of 16 columns, the last of which
/// overlaps the one before, for calls to copy a short row would take longer than the copy.
static inline void copy_row(const float *row, long columns, float *to, long stride) {
  enum { PIECE = 16, BYTES = PIECE * sizeof(float) };
  if (columns < PIECE || columns > 32 * PIECE || stride % PIECE) {
    memcpy(to, row, 4 * columns);
    if (stride > columns) memset(to + columns, 0, 4 * (stride - columns));
    return;
  }
  for (long j = columns / PIECE * PIECE; j < stride; j += PIECE) memset(to + j, 0, BYTES);
  for (long j = 0; j + PIECE <= columns; j += PIECE) memcpy(to + j, row + j, BYTES);
  memcpy(to + columns - PIECE, row + columns - PIECE, BYTES);
}

void aepca_gather(
  const float *source, long columns, const int32_t *_Nullable indices, long rows, float *to,
  long stride) {
  // Rows drawn from anywhere take their time: three of them, or some lines of short ones, are
  // under way while one is copied.
  const long ahead = 3 + 512 / (columns > 0 ? columns : 1);
  for (long i = 0; indices && i < ahead && i < rows; i++)
    fetch(source + (long)indices[i] * columns, columns);
  for (long i = 0; i < rows; i++) {
    if (indices && i + ahead < rows)
      fetch(source + (long)indices[i + ahead] * columns, columns);
    copy_row(source + (indices ? (long)indices[i] : i) * columns, columns, to + i * stride, stride);
  }
}

void aepca_gather_bytes(
  const uint8_t *source, long columns, const int32_t *_Nullable indices, long rows, uint8_t *to,
  long stride) {
  for (long i = 0; i < rows; i++) {
    uint8_t *row = to + i * stride;
    memcpy(row, source + (indices ? (long)indices[i] : i) * columns, columns);
    memset(row + columns, 0, stride - columns);
  }
}

long aepca_first_not_finite(const float *values, long count) {
  // Zero times anything finite is zero; blocks keep the search to one pass.
  for (long start = 0; start < count; start += 4096) {
    long end = start + 4096 < count ? start + 4096 : count;
    float bad = 0;
    for (long i = start; i < end; i++) bad += values[i] * 0;
    if (bad == 0) continue;
    for (long i = start; i < end; i++)
      if (!isfinite(values[i])) return i;
  }
  return -1;
}

uint64_t aepca_random_bits(uint64_t key, uint64_t number) { return aepca_mixed(key, number); }
