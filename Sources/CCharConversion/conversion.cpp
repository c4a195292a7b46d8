#include "CCharConversion.h"

#include <locale.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace {

/// std::from_chars takes no plus sign; people write one.
const char *past_plus(const char *text, const char *end) {
  return end - text > 1 && *text == '+' && text[1] != '-' ? text + 1 : text;
}

/// Neither says what an out-of-range text is nearest to in std::from_chars, so ask strtod.
double nearest(const char *text, const char *end) {
  static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  return strtod_l(std::string(text, end).c_str(), nullptr, plain);
}

}  // namespace

bool aepca_double_from_text(const char *text, size_t length, double *value) {
  const char *end = text + length;
  text = past_plus(text, end);
  // Else std::from_chars would take "inf" and "nan".
  const char *digits = text < end && *text == '-' ? text + 1 : text;
  if (digits == end || (*digits != '.' && (*digits < '0' || *digits > '9'))) return false;
  const auto result = std::from_chars(text, end, *value);
  if (result.ptr != end) return false;
  if (result.ec == std::errc::result_out_of_range) {
    // Too small for a double is zero, or the least double, to within its precision.
    *value = nearest(text, end);
    return std::isfinite(*value);
  }
  return result.ec == std::errc();
}

bool aepca_decimal_from_text(const char *text, size_t length, char decimal, double *value) {
  if (decimal == '.') return aepca_double_from_text(text, length, value);
  std::string pointed(text, length);
  for (char &character : pointed) {
    if (character == '.') return false;
    if (character == decimal) character = '.';
  }
  return aepca_double_from_text(pointed.data(), length, value);
}

bool aepca_text_is_infinite(const char *text, size_t length) {
  const char *end = text + length;
  text = past_plus(text, end);
  double value = 0;
  const auto result = std::from_chars(text, end, value);
  if (result.ptr != end) return false;
  if (result.ec == std::errc::result_out_of_range) return std::isinf(nearest(text, end));
  return result.ec == std::errc() && std::isinf(value);
}
