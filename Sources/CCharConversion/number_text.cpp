#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "CCharConversion.h"
#include "decimal.h"
#include "decimal_digits.h"
#include "shortest_decimal.h"

namespace {

using namespace aepca;

// Below whole vectors are written, whatever of them is wanted: AEPCA_NUMBER_TEXT_CAPACITY has room.

/// @param value Below 10^16.
inline char *write_whole(uint64_t value, char *text) {
  if (value >= 100000000) {
    text = write_whole(value / 100000000, text);
    const uint64_t digits = eight_digits(static_cast<uint32_t>(value % 100000000));
    std::memcpy(text, &digits, 8);
    return text + 8;
  }
  const uint64_t digits = eight_digits(static_cast<uint32_t>(value));
  // Of zeros alone the last one stays.
  const int zeros = __builtin_ctzll((digits ^ 0x3030303030303030) | 1ull << 56) / 8;
  const uint64_t shifted = digits >> 8 * zeros;
  std::memcpy(text, &shifted, 8);
  return text + 8 - zeros;
}

/// A first digit, which is not zero, those behind it, and the power of ten that it counts.
template <typename Digits>
struct Scientific {
  char first;
  Digits rest;
  int power;
};

/// Seventeen digits.
template <typename Digits>
inline Scientific<Digits> scientific(Decimal decimal, double) {
  const bool is_short = decimal.digits < 10000000000000000;
  const uint64_t number = is_short ? 10 * decimal.digits : decimal.digits;
  const uint64_t upper = number / 100000000;
  return {static_cast<char>('0' + upper / 100000000),
          Digits(static_cast<uint32_t>(upper % 100000000), static_cast<uint32_t>(number % 100000000)),
          decimal.exponent + (is_short ? 15 : 16)};
}

/// Nine digits.
template <typename Digits>
inline Scientific<Digits> scientific(Decimal decimal, float) {
  const auto digits = static_cast<uint32_t>(decimal.digits);
  const int missing = (digits < 10000000) + (digits < 100000000);
  const uint32_t number = digits * static_cast<uint32_t>(powers_of_ten[missing]);
  return {static_cast<char>('0' + number / 100000000), Digits(number % 100000000), decimal.exponent + 8 - missing};
}

/// With a negative power of ten.
template <typename Digits>
char *write_scientific(const Scientific<Digits> &number, int count, char *text) {
  const int size = -number.power;
  text[0] = number.first;
  text[1] = '.';
  number.rest.write(text + 2);
  text += count > 1 ? count + 1 : 1;
  *text++ = 'e';
  *text++ = '-';
  if (size >= 100) *text++ = static_cast<char>('0' + size / 100);
  *text++ = static_cast<char>('0' + size / 10 % 10);
  *text++ = static_cast<char>('0' + size % 10);
  return text;
}

/// A number below 10^15 and not whole, laid out as std::to_chars does: in full unless an exponent makes it shorter.
///
/// Signs, digits and places come at random, so nothing branches on them.
template <typename Digits>
inline char *write_decimal(const Scientific<Digits> &number, char *text) {
  const int power = number.power, count = 1 + number.rest.significant_count();
  if (__builtin_expect(power < -3, 0) && (power < -4 || count == 1)) return write_scientific(number, count, text);
  // A point before the first digit has zeros around it.
  std::memcpy(text, "0.000000", 8);
  const bool is_below_one = power < 0;
  text += is_below_one ? 1 - power : 0;
  text[0] = number.first;
  number.rest.write(text + 1, is_below_one ? Digits::all : power);
  return text + count + (is_below_one ? 0 : 1);
}

template <typename Digits, typename Scalar>
inline char *write_number(Scalar value, char *text) {
  constexpr Scalar bound = 1e15f;
  const Scalar size = std::fabs(value);
  if (__builtin_expect(!(size < bound), 0))
    return std::to_chars(text, text + AEPCA_NUMBER_TEXT_CAPACITY, value).ptr;
  *text = '-';
  text += std::signbit(value) ? 1 : 0;
  // 100000 in place of 1e+05, which is shorter but not what a column of whole numbers looks like.
  const auto whole = static_cast<int64_t>(size);
  if (static_cast<Scalar>(whole) == size) return write_whole(static_cast<uint64_t>(whole), text);
  return write_decimal(scientific<Digits>(shortest_decimal(size), size), text);
}

inline char *write_rounded(double value, int precision, char *text) {
  return std::to_chars(text, text + AEPCA_NUMBER_TEXT_CAPACITY, value, std::chars_format::general, precision).ptr;
}

template <typename Digits, typename Scalar>
size_t write_rows(const Scalar *values, size_t rows, size_t columns, char delimiter, int precision, char *text) {
  char *end = text;
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) {
      const Scalar value = *values++;
      if (std::isnan(value)) {
        // An empty line would be skipped by most readers.
        if (columns == 1) *end++ = '"', *end++ = '"';
      } else {
        end = precision == 0 ? write_number<Digits>(value, end) : write_rounded(value, precision, end);
      }
      *end++ = delimiter;
    }
    end[-1] = '\n';
  }
  return static_cast<size_t>(end - text);
}

template <typename Digits, typename Scalar>
size_t text_length(Scalar value, char *text) {
  return static_cast<size_t>(write_number<Digits>(value, text) - text);
}

template <typename Scalar>
size_t reference_length(Scalar value, char *text) {
  char *const end = text + AEPCA_NUMBER_TEXT_CAPACITY;
  const bool is_whole = std::fabs(value) < static_cast<Scalar>(1e15f) && value == std::trunc(value);
  const auto result =
      is_whole ? std::to_chars(text, end, value, std::chars_format::fixed) : std::to_chars(text, end, value);
  return static_cast<size_t>(result.ptr - text);
}

}  // namespace

size_t aepca_text_from_double(double value, char *text) { return text_length<SixteenDigits>(value, text); }

size_t aepca_text_from_float(float value, char *text) { return text_length<EightDigits>(value, text); }

size_t aepca_text_from_double_portable(double value, char *text) {
  return text_length<PortableSixteenDigits>(value, text);
}

size_t aepca_text_from_double_reference(double value, char *text) { return reference_length(value, text); }

size_t aepca_text_from_float_reference(float value, char *text) { return reference_length(value, text); }

size_t aepca_text_with_precision(double value, int precision, char *text) {
  return write_rounded(value, precision, text) - text;
}

size_t aepca_rows_from_doubles(const double *values, size_t rows, size_t columns, char delimiter, int precision,
                               char *text) {
  return write_rows<SixteenDigits>(values, rows, columns, delimiter, precision, text);
}

size_t aepca_rows_from_floats(const float *values, size_t rows, size_t columns, char delimiter, int precision,
                              char *text) {
  return write_rows<EightDigits>(values, rows, columns, delimiter, precision, text);
}
