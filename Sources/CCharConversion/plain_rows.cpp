#include "plain_rows.h"

#include <cmath>
#include <cstring>

#include "CCharConversion.h"
#include "decimal.h"

namespace aepca {
namespace {

bool equals(const char *text, size_t length, const char *word, bool ignores_case) {
  if (length != std::strlen(word)) return false;
  for (size_t i = 0; i < length; i++)
    if ((text[i] | (ignores_case ? 0x20 : 0)) != word[i]) return false;
  return true;
}

bool is_missing(const char *text, size_t length) {
  switch (length) {
    case 0: return true;
    case 1: return *text == '?' || *text == '-';
    case 2: return equals(text, length, "NA", false);
    case 3:
      return equals(text, length, "N/A", false) || equals(text, length, "n/a", false) ||
             equals(text, length, "nan", true);
    case 4: return equals(text, length, "None", false) || equals(text, length, "null", true);
    default: return false;
  }
}

/// Digits with at most one decimal separator among them, a sign before; the portable way.
bool read_digits(const char *text, size_t length, char decimal, double *value) {
  const bool is_negative = length > 0 && *text == '-';
  const size_t sign = is_negative || (length > 0 && *text == '+');
  if (length - sign - 1 >= 20) return false;
  uint64_t digits = 0;
  unsigned count = 0, places = 0, separators = 0;
  for (size_t i = sign; i < length; i++) {
    const unsigned digit = static_cast<unsigned char>(text[i]) - '0';
    if (digit < 10) {
      digits = 10 * digits + digit;
      count++;
      places += separators;
    } else if (text[i] == decimal) {
      separators++;
    } else {
      return false;
    }
  }
  if (count == 0 || count > 19 || separators > 1) return false;
  const double size = decimal_value(digits, places);
  *value = is_negative ? -size : size;
  return true;
}

}  // namespace

bool is_large_integer(const char *text, size_t length, double value) {
  if (std::fabs(value) < 0x1p53) return false;
  while (length > 0 && (*text == ' ' || *text == '\t')) text++, length--;
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  for (size_t i = *text == '-' || *text == '+'; i < length; i++)
    if (text[i] < '0' || text[i] > '9') return false;
  return true;
}

bool is_extra_word(const char *text, size_t length, const aepca_row_format &format) {
  size_t start = 0;
  for (size_t i = 0; i < format.word_count; i++) {
    const size_t end = format.word_ends[i];
    if (end - start == length && std::memcmp(format.words + start, text, length) == 0) return true;
    start = end;
  }
  return false;
}

bool read_unusual_number(const char *text, size_t length, const aepca_row_format &format, double *value) {
  *value = NAN;
  if (length == 0) return true;
  while (length > 0 && (*text == ' ' || *text == '\t')) text++, length--;
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  if (aepca_decimal_from_text(text, length, format.decimal, value)) return true;
  *value = NAN;
  return is_missing(text, length);
}

}  // namespace aepca

size_t aepca_read_plain_rows_portable(const char *text, size_t length, const aepca_row_format *format,
                                      const aepca_row_cells *cells, size_t *consumed, bool *is_ascii) {
  size_t rows = 0, offset = 0;
  *consumed = 0;
  *is_ascii = true;
  while (offset < length && rows < cells->row_capacity) {
    if (text[offset] == '\n' || text[offset] == '\r') return rows;
    for (size_t column = 0;; column++) {
      const size_t start = offset;
      while (offset < length && text[offset] != format->delimiter && text[offset] != '\n' && text[offset] != '\r') {
        *is_ascii &= static_cast<signed char>(text[offset]) >= 0;
        if (text[offset] == 0 || (format->quote != 0 && text[offset] == format->quote)) return rows;
        offset++;
      }
      const size_t end = offset;
      const bool is_last = offset == length || text[offset] != format->delimiter;
      if (is_last != (column + 1 == format->column_count)) return rows;
      if (offset < length && text[offset] == '\r') {
        if (++offset == length || text[offset] != '\n') return rows;
      }
      if (format->uses[column] == AEPCA_CELL_NUMBER) {
        double value;
        if (format->word_count > 0 && aepca::is_extra_word(text + start, end - start, *format)) {
          value = NAN;
        } else if (!aepca::read_digits(text + start, end - start, format->decimal, &value) &&
                   !aepca::read_unusual_number(text + start, end - start, *format, &value)) {
          return rows;
        }
        if (std::fabs(value) >= 0x1p53 &&
            cells->large_integers[column] > rows && aepca::is_large_integer(text + start, end - start, value))
          cells->large_integers[column] = static_cast<uint32_t>(rows);
        cells->numbers[cells->places[column] + rows] = value;
      } else if (format->uses[column] == AEPCA_CELL_TEXT) {
        cells->starts[cells->places[column] + rows] = static_cast<uint32_t>(start);
        cells->ends[cells->places[column] + rows] = static_cast<uint32_t>(end);
      }
      if (offset < length) offset++;
      if (is_last) break;
    }
    rows++;
    *consumed = offset;
  }
  return rows;
}

namespace {

size_t last_record_end_portable(const char *text, size_t length, char quote, char end_byte, bool *is_open) {
  size_t end = 0;
  bool open = *is_open;
  for (size_t i = 0; i < length; i++) {
    open ^= quote != 0 && text[i] == quote;
    if (text[i] == end_byte && !open) end = i + 1;
  }
  *is_open = open;
  return end;
}

bool has_avx2() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
  return has;
#else
  return false;
#endif
}

}  // namespace

size_t aepca_read_plain_rows(const char *text, size_t length, const aepca_row_format *format,
                             const aepca_row_cells *cells, size_t *consumed, bool *is_ascii) {
#if defined(__x86_64__)
  if (has_avx2()) return aepca::read_plain_rows_avx2(text, length, *format, *cells, consumed, is_ascii);
#endif
  return aepca_read_plain_rows_portable(text, length, format, cells, consumed, is_ascii);
}

size_t aepca_last_record_end(const char *text, size_t length, char quote, char end_byte, bool *is_open) {
#if defined(__x86_64__)
  if (has_avx2()) return aepca::last_record_end_avx2(text, length, quote, end_byte, is_open);
#endif
  return last_record_end_portable(text, length, quote, end_byte, is_open);
}
