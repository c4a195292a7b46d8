#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

// Header-only, so that the tool needs no library for it where it runs.
#define FMT_HEADER_ONLY
#include <fmt/format.h>

#include "CCharConversion.h"

namespace {

/// "00", "01", … "99".
struct DigitPairs {
  char text[200];
  constexpr DigitPairs() : text() {
    for (int i = 0; i < 100; i++) {
      text[2 * i] = static_cast<char>('0' + i / 10);
      text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
  }
};
constexpr DigitPairs pairs;

/// Eight digits, the first in the lowest byte: halved three times, both halves at once each time.
inline uint64_t eight_digits(uint32_t value) {
  const uint64_t fours = value / 10000 | static_cast<uint64_t>(value % 10000) << 32;
  const uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007F0000007F;
  const uint64_t twos = hundreds + ((fours - 100 * hundreds) << 16);
  const uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000F;
  return (tens + ((twos - 10 * tens) << 8)) | 0x3030303030303030;
}

constexpr uint64_t powers_of_ten[] = {1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull,
    100000000ull, 1000000000ull, 10000000000ull, 100000000000ull, 1000000000000ull, 10000000000000ull,
    100000000000000ull, 1000000000000000ull, 10000000000000000ull, 100000000000000000ull};

/// How many decimal digits a number from 1 to below 10^18 has.
inline int digit_count(uint64_t value) {
  // 1233 / 4096 is log10(2), from above by so little that at most one is to be taken back.
  const int guess = ((64 - __builtin_clzll(value)) * 1233) >> 12;
  return guess + (value >= powers_of_ten[guess]);
}

/// The digits of a number below 10^18, at the right end of more zeros.
struct Digits {
  int count;
  char text[48];

  explicit Digits(uint64_t value) : count(digit_count(value)) {
    const uint64_t high = value / 100000000;
    const uint64_t first = eight_digits(static_cast<uint32_t>(high / 100000000));
    const uint64_t second = eight_digits(static_cast<uint32_t>(high % 100000000));
    const uint64_t third = eight_digits(static_cast<uint32_t>(value % 100000000));
    std::memcpy(text, &first, 8);
    std::memcpy(text + 8, &second, 8);
    std::memcpy(text + 16, &third, 8);
  }

  const char *start() const { return text + 24 - count; }
};

// Below whole vectors are copied, as many bytes as there may be: AEPCA_NUMBER_TEXT_CAPACITY has room.

inline char *write_whole(uint64_t value, char *text) {
  if (value == 0) {
    *text = '0';
    return text + 1;
  }
  const Digits digits(value);
  std::memcpy(text, digits.start(), 24);
  return text + digits.count;
}

/// number * 10^exponent, below 10^15 and not whole, laid out as std::to_chars does: in full unless
/// an exponent makes it shorter.
inline char *write_decimal(uint64_t number, int exponent, char *text) {
  const Digits digits(number);
  const int point = digits.count + exponent;
  if (point > 0) {
    std::memcpy(text, digits.start(), 16);
    std::memcpy(text + point + 1, digits.start() + point, 24);
    text[point] = '.';
    return text + digits.count + 1;
  }
  const int power = 1 - point;
  const int scientific = digits.count + (digits.count > 1) + (power < 100 ? 4 : 5);
  if (2 - point + digits.count <= scientific) {
    std::memcpy(text, "0.000000", 8);
    std::memcpy(text + 2 - point, digits.start(), 24);
    return text + 2 - point + digits.count;
  }
  text[0] = digits.start()[0];
  text[1] = '.';
  std::memcpy(text + 2, digits.start() + 1, 24);
  text += digits.count > 1 ? digits.count + 1 : 1;
  *text++ = 'e';
  *text++ = '-';
  if (power >= 100) *text++ = static_cast<char>('0' + power / 100);
  std::memcpy(text, pairs.text + 2 * (power % 100), 2);
  return text + 2;
}

/// The shortest digits are found by Dragonbox (Jeon 2020), as libfmt has it.
template <typename Scalar>
inline char *write_number(Scalar value, char *text) {
  constexpr Scalar bound = 1e15f;
  const Scalar size = std::fabs(value);
  if (!(size < bound)) return std::to_chars(text, text + AEPCA_NUMBER_TEXT_CAPACITY, value).ptr;
  // 100000 in place of 1e+05, which is shorter but not what a column of whole numbers looks like.
  const auto whole = static_cast<uint64_t>(size);
  if (std::signbit(value)) *text++ = '-';
  if (static_cast<Scalar>(whole) == size) return write_whole(whole, text);
  const auto decimal = fmt::detail::dragonbox::to_decimal(size);
  return write_decimal(decimal.significand, decimal.exponent, text);
}

inline char *write_rounded(double value, int precision, char *text) {
  return std::to_chars(text, text + AEPCA_NUMBER_TEXT_CAPACITY, value, std::chars_format::general, precision).ptr;
}

template <typename Scalar>
size_t write_rows(const Scalar *values, size_t rows, size_t columns, char delimiter, int precision, char *text) {
  char *end = text;
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) {
      if (column > 0) *end++ = delimiter;
      const Scalar value = *values++;
      if (std::isnan(value)) {
        // An empty line would be skipped by most readers.
        if (columns == 1) *end++ = '"', *end++ = '"';
      } else {
        end = precision == 0 ? write_number(value, end) : write_rounded(value, precision, end);
      }
    }
    *end++ = '\n';
  }
  return static_cast<size_t>(end - text);
}

}  // namespace

size_t aepca_text_from_double(double value, char *text) { return write_number(value, text) - text; }

size_t aepca_text_from_float(float value, char *text) { return write_number(value, text) - text; }

size_t aepca_text_with_precision(double value, int precision, char *text) {
  return write_rounded(value, precision, text) - text;
}

size_t aepca_rows_from_doubles(const double *values, size_t rows, size_t columns, char delimiter, int precision,
                               char *text) {
  return write_rows(values, rows, columns, delimiter, precision, text);
}

size_t aepca_rows_from_floats(const float *values, size_t rows, size_t columns, char delimiter, int precision,
                              char *text) {
  return write_rows(values, rows, columns, delimiter, precision, text);
}
