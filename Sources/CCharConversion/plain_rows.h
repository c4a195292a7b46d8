#pragma once

#include <cstddef>
#include <cstdint>

#include "PlainRows.h"

// What the vector code and its portable twin share.

namespace aepca {

/// A cell that is wanted as a number and is not just digits: blanks, an exponent, a missing word.
///
/// @return false when it is neither number nor missing.
bool read_unusual_number(const char *text, size_t length, const aepca_row_format &format, double *value);

/// Whether a cell is nothing but digits and perhaps a sign, and stands for more than 2^53.
bool is_large_integer(const char *text, size_t length, double value);

/// Whether a cell is one of the caller's words for a missing one.
bool is_extra_word(const char *text, size_t length, const aepca_row_format &format);

aepca_plain_rows read_plain_rows_avx2(const char *text, size_t length, const aepca_row_format &format,
                                      const aepca_row_cells &cells);

size_t last_record_end_avx2(const char *text, size_t length, char quote, char end_byte, bool *is_open);

/// @param open All bits when the text begins inside quotes, else 0; likewise set to how it ends.
/// @param after_end Whether a line ended just before the text; likewise set.
size_t line_count_avx2(const char *text, size_t length, char quote, uint64_t *open, uint64_t *after_end);

}  // namespace aepca
