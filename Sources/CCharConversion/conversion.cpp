#include "CCharConversion.h"

#include <charconv>

bool aepca_double_from_text(const char *text, size_t length, double *value) {
  const char *end = text + length;
  // std::from_chars takes no plus sign; people write one.
  if (length > 1 && *text == '+' && text[1] != '-') ++text;
  const auto result = std::from_chars(text, end, *value);
  if (result.ptr != end) return false;
  if (result.ec == std::errc::result_out_of_range) {
    // Too small for a double is zero to within its precision; too large is no number.
    if (*value > 1 || *value < -1) return false;
    return true;
  }
  return result.ec == std::errc();
}

size_t aepca_text_from_double(double value, char *text) {
  return std::to_chars(text, text + AEPCA_NUMBER_TEXT_CAPACITY, value).ptr - text;
}

size_t aepca_text_from_float(float value, char *text) {
  return std::to_chars(text, text + AEPCA_NUMBER_TEXT_CAPACITY, value).ptr - text;
}
