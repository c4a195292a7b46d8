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

namespace {

/// A field as it stands in the text, quotes around it left out.
struct Field {
  size_t start, end;
  bool has_doubled_quotes;
};

/// Finds the field that begins at an offset, and moves behind it; false when it is not plain.
bool find_field(const char *text, size_t length, const aepca_row_format &format, size_t *offset, bool *is_ascii,
                Field *field) {
  const bool is_quoted = format.quote != 0 && *offset < length && text[*offset] == format.quote;
  *offset += is_quoted;
  *field = {*offset, length, false};
  for (; *offset < length; ++*offset) {
    const char byte = text[*offset];
    const bool is_line_end = byte == '\n' || byte == '\r';
    *is_ascii &= static_cast<signed char>(byte) >= 0;
    if (byte == 0) return false;
    if (is_quoted) {
      if (is_line_end) return false;
      if (byte != format.quote) continue;
      field->end = *offset;
      const size_t next = *offset + 1;
      if (next == length || text[next] != format.quote) {
        *offset = next;
        return next == length || text[next] == format.delimiter || text[next] == '\n' || text[next] == '\r';
      }
      field->has_doubled_quotes = true;
      *offset = next;
    } else {
      if (format.quote != 0 && byte == format.quote) return false;
      if (byte != format.delimiter && !is_line_end) continue;
      field->end = *offset;
      return true;
    }
  }
  return !is_quoted;
}

}  // namespace
}  // namespace aepca

aepca_plain_rows aepca_read_plain_rows_portable(const char *text, size_t length, const aepca_row_format *format,
                                                const aepca_row_cells *cells) {
  aepca_plain_rows result = {0, 0, true, false};
  size_t offset = 0;
  while (offset < length && result.count < cells->row_capacity) {
    if (text[offset] == '\n' || text[offset] == '\r') return result;
    for (size_t column = 0;; column++) {
      aepca::Field field;
      if (!aepca::find_field(text, length, *format, &offset, &result.is_ascii, &field)) return result;
      const bool is_last = offset == length || text[offset] != format->delimiter;
      if (is_last != (column + 1 == format->column_count)) return result;
      if (offset < length && text[offset] == '\r') {
        if (++offset == length || text[offset] != '\n') return result;
      }
      const size_t place = cells->places[column] + result.count;
      const char *const cell = text + field.start;
      const size_t count = field.end - field.start;
      if (format->uses[column] == AEPCA_CELL_NUMBER) {
        double value;
        if (field.has_doubled_quotes) return result;
        if (format->word_count > 0 && aepca::is_extra_word(cell, count, *format)) {
          value = NAN;
        } else if (!aepca::read_digits(cell, count, format->decimal, &value) &&
                   !aepca::read_unusual_number(cell, count, *format, &value)) {
          return result;
        }
        if (std::fabs(value) >= 0x1p53 && cells->large_integers[column] > result.count &&
            aepca::is_large_integer(cell, count, value))
          cells->large_integers[column] = static_cast<uint32_t>(result.count);
        cells->numbers[place] = value;
      } else if (format->uses[column] == AEPCA_CELL_TEXT) {
        cells->starts[place] = static_cast<uint32_t>(field.start);
        cells->ends[place] = static_cast<uint32_t>(field.end) | (field.has_doubled_quotes ? AEPCA_DOUBLED_QUOTES : 0);
        result.has_doubled_quotes |= field.has_doubled_quotes;
      }
      if (offset < length) offset++;
      if (is_last) break;
    }
    result.count++;
    result.length = offset;
  }
  return result;
}

void aepca_join_doubled_quotes(char *text, char quote, const uint32_t *starts, uint32_t *ends, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if ((ends[i] & AEPCA_DOUBLED_QUOTES) == 0) continue;
    const size_t end = ends[i] & ~AEPCA_DOUBLED_QUOTES;
    size_t kept = starts[i];
    for (size_t from = kept; from < end;) {
      const void *const found = std::memchr(text + from, quote, end - from);
      const size_t next = found == nullptr ? end : static_cast<const char *>(found) + 1 - text;
      if (kept != from) std::memmove(text + kept, text + from, next - from);
      kept += next - from;
      // Behind the second of the two.
      from = next + 1;
    }
    ends[i] = static_cast<uint32_t>(kept);
  }
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

aepca_plain_rows aepca_read_plain_rows(const char *text, size_t length, const aepca_row_format *format,
                                       const aepca_row_cells *cells) {
#if defined(__x86_64__)
  if (has_avx2()) return aepca::read_plain_rows_avx2(text, length, *format, *cells);
#endif
  return aepca_read_plain_rows_portable(text, length, format, cells);
}

size_t aepca_last_record_end(const char *text, size_t length, char quote, char end_byte, bool *is_open) {
#if defined(__x86_64__)
  if (has_avx2()) return aepca::last_record_end_avx2(text, length, quote, end_byte, is_open);
#endif
  return last_record_end_portable(text, length, quote, end_byte, is_open);
}

size_t aepca_line_count(const char *text, size_t length, char quote) {
  size_t count = 0, offset = 0;
  uint64_t open = 0, after_end = 1;
#if defined(__x86_64__)
  if (has_avx2()) {
    offset = length / 64 * 64;
    count = aepca::line_count_avx2(text, offset, quote, &open, &after_end);
  }
#endif
  for (; offset < length; offset++) {
    if (quote != 0 && text[offset] == quote) open = ~open;
    const bool is_end = text[offset] == '\n' && open == 0;
    count += is_end && after_end == 0;
    after_end = is_end;
  }
  return count + (after_end == 0);
}
