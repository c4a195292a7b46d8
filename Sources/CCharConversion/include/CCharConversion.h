#ifndef AEPCA_CHAR_CONVERSION_H
#define AEPCA_CHAR_CONVERSION_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Room that the text of any Float64 needs.
enum { AEPCA_NUMBER_TEXT_CAPACITY = 32 };

/// Reads the whole of `text` as a decimal number, correctly rounded by std::from_chars.
///
/// `1e5`, `+1`, `.5` and `1.` are numbers; what is too small for a double is rounded as usual.
///
/// @return false when the text is anything else (blanks, hexadecimal, `inf`, `nan`), also when it
/// is too large for a double.
bool aepca_double_from_text(const char *text, size_t length, double *value);

/// Whether `text` is `inf` or `infinity` in any case, or a decimal number too large for a double.
bool aepca_text_is_infinite(const char *text, size_t length);

/// Writes the shortest decimal text that reads back to the same value, by std::to_chars;
/// whole numbers below 10^15 in full, without an exponent.
///
/// @return the number of bytes written to `text`, which has AEPCA_NUMBER_TEXT_CAPACITY of them.
size_t aepca_text_from_double(double value, char *text);
size_t aepca_text_from_float(float value, char *text);

#ifdef __cplusplus
}
#endif

#endif
