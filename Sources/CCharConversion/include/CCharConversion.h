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
/// @return false when the text is anything else, also when it is too large for a double.
bool aepca_double_from_text(const char *text, size_t length, double *value);

/// Writes the shortest decimal text that reads back to the same value, by std::to_chars.
///
/// @return the number of bytes written to `text`, which has AEPCA_NUMBER_TEXT_CAPACITY of them.
size_t aepca_text_from_double(double value, char *text);
size_t aepca_text_from_float(float value, char *text);

#ifdef __cplusplus
}
#endif

#endif
