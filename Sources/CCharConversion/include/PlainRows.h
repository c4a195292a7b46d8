#ifndef AEPCA_PLAIN_ROWS_H
#define AEPCA_PLAIN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that must be readable behind the text: it is loaded in whole vectors.
enum { AEPCA_PLAIN_ROWS_PADDING = 64 };

/// What is done with a column's cells.
enum aepca_cell_use { AEPCA_CELL_SKIP, AEPCA_CELL_NUMBER, AEPCA_CELL_TEXT };

/// How rows are written, and what is wanted of them.
struct aepca_row_format {
  char delimiter;
  /// Around a whole field, doubled inside one; 0 where nothing is quoted.
  char quote;
  /// Between whole and fraction: '.' or ','.
  char decimal;
  size_t column_count;
  /// One `aepca_cell_use` for each column.
  const uint8_t *uses;
  /// Words that stand for a missing cell besides the usual ones, one after another.
  const char *words;
  const size_t *word_ends;
  size_t word_count;
};

/// Where the cells go: row r of a column at its place + r.
struct aepca_row_cells {
  /// Of each column its place among the numbers or the texts.
  const size_t *places;
  /// Of columns of numbers; NaN is a missing cell.
  double *numbers;
  /// Of columns of text: offset of the first byte, and of the one behind the last, the quotes around it
  /// left out; with AEPCA_DOUBLED_QUOTES where it has some inside.
  uint32_t *starts, *ends;
  size_t row_capacity;
  /// Of each column the first row with a whole number beyond 2^53, which a Float64 may not hold;
  /// left as it is where there is none.
  uint32_t *large_integers;
};

/// Set in a cell's end where quotes inside it are still doubled.
#define AEPCA_DOUBLED_QUOTES 0x80000000u

/// What was read.
struct aepca_plain_rows {
  /// All, up to the capacity, or those before the first that is not plain.
  size_t count;
  /// Their length in bytes.
  size_t length;
  /// False when one of the bytes read is not ASCII.
  bool is_ascii;
  /// Whether a cell has quotes inside, for `aepca_join_doubled_quotes` to join.
  bool has_doubled_quotes;
};

/// Reads rows as long as they are plain.
///
/// Plain is a row without NUL, lone CR or line ends inside quotes, not empty, with `column_count` fields, quoted
/// as RFC 4180 has it or not at all, of which those wanted as numbers are numbers (see
/// `aepca_double_from_text`) or missing (nothing, `-`, `?`, `NA`, `N/A`, `n/a`, `None`, `nan` and `null` in
/// any case, `words`), blanks and tabs around them aside. It ends in LF or CRLF; the last row of the text
/// may lack that.
///
/// The bytes of texts are not looked at further: whether they are UTF-8 is for the caller to check.
///
/// @param text `length` bytes, below 2 GiB, and AEPCA_PLAIN_ROWS_PADDING more that may be read.
struct aepca_plain_rows aepca_read_plain_rows(const char *text, size_t length, const struct aepca_row_format *format,
                                              const struct aepca_row_cells *cells);

/// The same without vector instructions: what `aepca_read_plain_rows` does elsewhere, and is tested against.
struct aepca_plain_rows aepca_read_plain_rows_portable(const char *text, size_t length,
                                                       const struct aepca_row_format *format,
                                                       const struct aepca_row_cells *cells);

/// Makes one of each two quotes inside the cells that are marked, in place, and takes the marks away.
void aepca_join_doubled_quotes(char *text, char quote, const uint32_t *starts, uint32_t *ends, size_t count);

/// Finds the end of the last record that ends in the text, records beginning at its front.
///
/// A line end stands between records when an even number of quotes come before it; in well-formed text, and up
/// to the first fault of any other, that is exact.
///
/// @param quote 0 where nothing is quoted.
/// @param is_open whether the text begins inside quotes; set to whether it ends there.
/// @param end_byte LF, or CR for a file whose lines end in that.
/// @return the offset behind the last such line end; 0 when there is none.
size_t aepca_last_record_end(const char *text, size_t length, char quote, char end_byte, bool *is_open);

/// Counts the lines that are not empty, as one those whose ends stand between quotes; LF alone ends a line.
///
/// @param text Begins with a line; a last line without end counts.
/// @param quote 0 where nothing is quoted.
size_t aepca_line_count(const char *text, size_t length, char quote);

#ifdef __cplusplus
}
#endif

#endif
