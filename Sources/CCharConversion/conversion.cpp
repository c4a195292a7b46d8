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

bool aepca_text_is_infinite(const char *text, size_t length) {
  const char *end = text + length;
  text = past_plus(text, end);
  double value = 0;
  const auto result = std::from_chars(text, end, value);
  if (result.ptr != end) return false;
  if (result.ec == std::errc::result_out_of_range) return std::isinf(nearest(text, end));
  return result.ec == std::errc() && std::isinf(value);
}

namespace {

/// 100000 in place of 1e+05, which is shorter but not what a column of whole numbers looks like.
template <typename Scalar>
size_t text_from(Scalar value, char *text) {
  char *end = text + AEPCA_NUMBER_TEXT_CAPACITY;
  constexpr Scalar bound = 1e15f;
  if (value < bound && value > -bound) {
    const auto whole = static_cast<long long>(value);
    if (static_cast<Scalar>(whole) == value && (whole != 0 || !std::signbit(value)))
      return std::to_chars(text, end, whole).ptr - text;
  }
  return std::to_chars(text, end, value).ptr - text;
}

}  // namespace

size_t aepca_text_from_double(double value, char *text) { return text_from(value, text); }

size_t aepca_text_from_float(float value, char *text) { return text_from(value, text); }
