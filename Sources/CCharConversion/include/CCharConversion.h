#ifndef AEPCA_CHAR_CONVERSION_H
#define AEPCA_CHAR_CONVERSION_H

#include <stdbool.h>
#include <stddef.h>

#include "PlainRows.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Room that the text of any Float64 needs while it is written.
enum { AEPCA_NUMBER_TEXT_CAPACITY = 48 };

/// Reads the whole of `text` as a decimal number, correctly rounded by std::from_chars.
///
/// `1e5`, `+1`, `.5` and `1.` are numbers; what is too small for a double is rounded as usual.
///
/// @return false when the text is anything else (blanks, hexadecimal, `inf`, `nan`), also when it
/// is too large for a double.
bool aepca_double_from_text(const char *text, size_t length, double *value);

/// The same with another decimal separator, '.' or ','; the dot is then no part of a number.
bool aepca_decimal_from_text(const char *text, size_t length, char decimal, double *value);

/// Whether `text` is `inf` or `infinity` in any case, or a decimal number too large for a double.
bool aepca_text_is_infinite(const char *text, size_t length);

/// Writes the shortest decimal text that reads back to the same value, the nearest of several;
/// whole numbers below 10^15 in full, without an exponent.
///
/// @return the number of bytes written to `text`, which has AEPCA_NUMBER_TEXT_CAPACITY of them.
size_t aepca_text_from_double(double value, char *text);
size_t aepca_text_from_float(float value, char *text);

/// The same without vector instructions: what is done elsewhere, and tested against.
size_t aepca_text_from_double_portable(double value, char *text);

/// The same by std::to_chars, much slower: what both are tested against.
size_t aepca_text_from_double_reference(double value, char *text);
size_t aepca_text_from_float_reference(float value, char *text);

/// Writes a number with so many significant digits, trailing zeros left out.
///
/// @param precision 1 to 17.
size_t aepca_text_with_precision(double value, int precision, char *text);

/// Writes rows of numbers as CSV, each row ended by LF; NaN is an empty field, `""` if it is the only one.
///
/// @param values `rows` times `columns`, row by row.
/// @param precision significant digits; 0 writes what reads back to the same value.
/// @param text has room for AEPCA_NUMBER_TEXT_CAPACITY bytes a number.
/// @return the number of bytes written.
size_t aepca_rows_from_doubles(const double *values, size_t rows, size_t columns, char delimiter, int precision,
                               char *text);
size_t aepca_rows_from_floats(const float *values, size_t rows, size_t columns, char delimiter, int precision,
                              char *text);

#ifdef __cplusplus
}
#endif

#endif
