#include "plain_rows.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <cmath>
#include <cstring>

#include "decimal.h"

#define AVX2 __attribute__((target("avx2,bmi,popcnt,lzcnt")))

namespace aepca {
namespace {

/// Sixteen digits, each in a byte, the first the highest: by pairs, fours, eights.
AVX2 inline uint64_t sixteen_digits(__m128i digits) {
  const __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010A));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
  const __m128i packed = _mm_packus_epi32(fours, fours);
  const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(0x00012710));
  const uint64_t both = static_cast<uint64_t>(_mm_cvtsi128_si64(eights));
  return (both & 0xFFFFFFFF) * 100000000 + (both >> 32);
}

/// How to move the digits of up to sixteen characters to the right end, for each length and place of the
/// separator, which is left out; its place is the length where there is none. 128 becomes 0.
struct DigitMoves {
  alignas(16) uint8_t from[17 * 17][16];
  constexpr DigitMoves() : from() {
    for (int length = 0; length <= 16; length++) {
      for (int place = 0; place <= length; place++) {
        const int count = length - (place < length);
        for (int lane = 0; lane < 16; lane++) {
          const int digit = lane - (16 - count);
          from[17 * length + place][lane] = static_cast<uint8_t>(digit < 0 ? 128 : digit + (digit >= place));
        }
      }
    }
  }
};
constexpr DigitMoves digit_moves;

/// Up to sixteen characters: digits with at most one decimal separator among them.
struct ShortDigits {
  uint64_t value;
  unsigned length;
  /// Of the separator; the length where there is none.
  unsigned separator;

  bool has_separator() const { return separator < length; }
  unsigned count() const { return length - has_separator(); }
  /// How many digits stand behind the separator.
  unsigned places() const { return has_separator() ? length - 1 - separator : 0; }
};

/// @param length From 1 to 16.
AVX2 inline bool read_short(const char *text, unsigned length, char decimal, ShortDigits *result) {
  const __m128i all = _mm_loadu_si128(reinterpret_cast<const __m128i *>(text));
  const __m128i digits = _mm_sub_epi8(all, _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  const unsigned live = (1u << length) - 1;
  const unsigned others = live & ~static_cast<unsigned>(_mm_movemask_epi8(is_digit));
  const unsigned separators = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8(decimal))));
  // One at most, and not alone.
  if ((others & ~separators) != 0 || (others & (others - 1)) != 0 || others == live) return false;
  const unsigned separator = static_cast<unsigned>(__builtin_ctz(others | (live + 1)));
  const __m128i moves =
      _mm_load_si128(reinterpret_cast<const __m128i *>(digit_moves.from[17 * length + separator]));
  *result = {sixteen_digits(_mm_shuffle_epi8(digits, moves)), length, separator};
  return true;
}

/// A number of 17 to 19 digits without exponent; false for all else.
AVX2 inline bool read_long(const char *text, size_t length, char decimal, ShortDigits *result) {
  if (length - 17 >= 4) return false;
  ShortDigits head, tail;
  const unsigned rest = static_cast<unsigned>(length) - 16;
  if (!read_short(text, 16, decimal, &head) || !read_short(text + 16, rest, decimal, &tail)) return false;
  if (head.count() + tail.count() > 19 || (head.has_separator() && tail.has_separator())) return false;
  result->value = head.value * powers_of_ten[tail.count()] + tail.value;
  result->length = static_cast<unsigned>(length);
  result->separator = head.has_separator() ? head.separator : 16 + tail.separator;
  return true;
}

inline double with_sign(double size, bool is_negative) {
  uint64_t bits;
  std::memcpy(&bits, &size, sizeof bits);
  bits |= static_cast<uint64_t>(is_negative) << 63;
  std::memcpy(&size, &bits, sizeof bits);
  return size;
}

/// What is neither short nor exact as a whole number.
///
/// @param large_integer Set to the row where the number is whole and beyond 2^53, unless one before it was.
AVX2 __attribute__((noinline)) bool read_uncommon(const char *text, size_t length, const aepca_row_format &format,
                                                  size_t row, uint32_t *large_integer, double *value) {
  const bool is_negative = length > 0 && *text == '-';
  const size_t sign = is_negative || (length > 0 && *text == '+');
  const size_t rest = length - sign;
  ShortDigits digits;
  if (format.word_count > 0 && is_extra_word(text, length, format)) {
    *value = NAN;
  } else if ((rest - 1 < 16 ? read_short(text + sign, static_cast<unsigned>(rest), format.decimal, &digits)
                            : read_long(text + sign, rest, format.decimal, &digits))) {
    *value = with_sign(decimal_value(digits.value, digits.places()), is_negative);
  } else if (!read_unusual_number(text, length, format, value)) {
    return false;
  }
  if (std::fabs(*value) >= 0x1p53 && *large_integer > row && is_large_integer(text, length, *value))
    *large_integer = static_cast<uint32_t>(row);
  return true;
}

/// A bit for each of 64 bytes that equals `byte`.
AVX2 inline uint64_t equal_bytes(__m256i low, __m256i high, char byte) {
  const __m256i all = _mm256_set1_epi8(byte);
  const auto first = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)));
  const auto second = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all)));
  return first | static_cast<uint64_t>(second) << 32;
}

/// Of each bit whether an odd number of bits is set up to it, itself included.
inline uint64_t prefix_parity(uint64_t bits) {
  for (int step = 1; step < 64; step *= 2) bits ^= bits << step;
  return bits;
}

/// Finds where fields end, some text at a time.
///
/// Apart from what is done with the fields, so that the processor foresees the loop over them: how many end in
/// 64 bytes it cannot.
class FieldEnds {
 public:
  /// How much text is looked at ahead of the fields.
  static constexpr size_t piece = 32 * 64;

  FieldEnds(const char *text, size_t length, char delimiter, char quote)
      : text(text), length(length), delimiter(delimiter), quote(quote) {}

  /// Where the fields of the next piece end: at delimiters and LF outside quotes; with AEPCA_DOUBLED_QUOTES where
  /// quotes stand inside the field.
  uint32_t at[piece + 8];
  size_t count = 0;
  /// What stands behind the last of them is not plain: NUL, a lone CR, quotes not as RFC 4180 has them.
  bool is_strange = false;
  bool is_ascii = true;
  /// Whether the text so far ends inside quotes.
  bool is_open() const { return open != 0; }
  bool is_at_end() const { return base >= length || is_strange; }
  /// Whether the field that follows the last end has quotes inside.
  bool has_doubled_quotes() const { return doubled_before; }

  AVX2 inline void advance() {
    count = 0;
    const size_t end = base + piece < length ? base + piece : length;
    for (; base < end && !is_strange; base += 64) step();
  }

 private:
  const char *const text;
  const size_t length;
  const char delimiter, quote;
  size_t base = 0;
  /// All bits where the next block begins inside quotes.
  uint64_t open = 0;
  /// Whether the byte before it may stand before a quote that opens, and whether it is one that closed.
  uint64_t may_open = 1, has_closed = 0;
  bool doubled_before = false;

  AVX2 inline void step() {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base + 32));
    const size_t rest = length - base;
    const uint64_t live = rest >= 64 ? ~0ull : (1ull << rest) - 1;
    if (__builtin_expect((_mm256_movemask_epi8(_mm256_or_si256(low, high))) != 0, 0) &&
        ((static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
          static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32) & live) != 0)
      is_ascii = false;
    const uint64_t returns = equal_bytes(low, high, '\r') & live;
    const uint64_t line_ends = equal_bytes(low, high, '\n') & live;
    const uint64_t quotes = quote != 0 ? equal_bytes(low, high, quote) & live : 0;
    uint64_t ends = (equal_bytes(low, high, delimiter) & live) | line_ends;
    uint64_t strange = equal_bytes(low, high, 0) & live, doubled = 0;
    // A CR is plain just before LF; in the last byte of the block, see there.
    if (__builtin_expect(returns != 0, 0)) {
      uint64_t before_line_ends = line_ends >> 1;
      if (rest > 64 && text[base + 64] == '\n') before_line_ends |= 1ull << 63;
      strange |= returns & ~before_line_ends;
    }
    if ((quotes | open | has_closed) == 0) {
      may_open = ends >> 63;
    } else {
      const uint64_t quoted = open ^ prefix_parity(quotes);
      const uint64_t opening = quotes & quoted, closing = quotes & ~quoted;
      const uint64_t after_closing = closing << 1 | has_closed;
      ends &= ~quoted;
      strange |= (line_ends | returns) & quoted;
      strange |= opening & ~((ends | closing) << 1 | may_open);
      strange |= after_closing & ~(ends | opening | returns) & live;
      doubled = opening & after_closing;
      open = quoted >> 63 ? ~0ull : 0;
      may_open = (ends | closing) >> 63;
      has_closed = closing >> 63;
    }
    if (__builtin_expect(strange != 0, 0)) {
      ends &= (strange & -strange) - 1;
      is_strange = true;
    }
    if ((doubled != 0) | doubled_before) {
      mark(ends, doubled);
    } else {
      write(ends);
    }
  }

  AVX2 inline void write(uint64_t ends) {
    uint32_t *const out = at + count;
    const unsigned found = static_cast<unsigned>(__builtin_popcountll(ends));
    // Eight at once, whether or not there are so many: what is too much is written over.
    for (unsigned start = 0; start < found; start += 8) {
      for (unsigned i = start; i < start + 8; i++) {
        out[i] = static_cast<uint32_t>(base + _tzcnt_u64(ends));
        ends &= ends - 1;
      }
    }
    count += found;
  }

  AVX2 inline void mark(uint64_t ends, uint64_t doubled) {
    for (; ends != 0; ends &= ends - 1) {
      const uint64_t up_to_end = ends ^ (ends - 1);
      doubled_before |= (doubled & up_to_end) != 0;
      at[count++] = static_cast<uint32_t>(base + _tzcnt_u64(ends)) | (doubled_before ? AEPCA_DOUBLED_QUOTES : 0);
      doubled &= ~up_to_end;
      doubled_before = false;
    }
    doubled_before |= doubled != 0;
  }
};

}  // namespace

AVX2 aepca_plain_rows read_plain_rows_avx2(const char *text, size_t length, const aepca_row_format &format,
                                           const aepca_row_cells &cells) {
  aepca_plain_rows result = {0, 0, true, false};
  size_t column = 0, start = 0, row = 0;
  const size_t last_column = format.column_count - 1, row_capacity = cells.row_capacity;
  const uint8_t *const uses = format.uses;
  const char decimal = format.decimal, quote = format.quote, delimiter = format.delimiter;
  const bool has_words = format.word_count > 0;
  double *const all_numbers = cells.numbers;
  const size_t *const places = cells.places;

  // False when the row is not plain.
  const auto end_cell = [&](size_t end, bool has_doubled_quotes)
                            __attribute__((always_inline, target("avx2,bmi,popcnt,lzcnt"))) {
    const char *cell = text + start;
    size_t count = end - start;
    if (__builtin_expect(*cell == quote, 0) && quote != 0 && count > 0) {
      cell++;
      count -= 2;
    }
    const uint8_t use = uses[column];
    if (__builtin_expect(use == AEPCA_CELL_NUMBER, 1)) {
      double *const value = all_numbers + places[column] + row;
      // Signs come at random, so nothing branches on them.
      const bool is_negative = *cell == '-';
      const size_t sign = is_negative | (*cell == '+');
      ShortDigits digits;
      if (__builtin_expect(!has_words && count - sign - 1 < 16, 1) &&
          __builtin_expect(read_short(cell + sign, static_cast<unsigned>(count - sign), decimal, &digits), 1) &&
          __builtin_expect(digits.value < 1ull << 53, 1)) {
        // Both exact, so one rounding (Clinger 1990, doi:10.1145/93542.93557).
        *value = with_sign(
            static_cast<double>(digits.value) / tens_from_separator[digits.length - digits.separator], is_negative);
      } else if (!read_uncommon(cell, count, format, row, &cells.large_integers[column], value)) {
        return false;
      }
      return !has_doubled_quotes;
    }
    if (use == AEPCA_CELL_TEXT) {
      const size_t place = cells.places[column] + row;
      cells.starts[place] = static_cast<uint32_t>(cell - text);
      cells.ends[place] = static_cast<uint32_t>(cell - text + count) | (has_doubled_quotes ? AEPCA_DOUBLED_QUOTES : 0);
      result.has_doubled_quotes |= has_doubled_quotes;
    }
    return true;
  };

  if (row_capacity == 0) return result;
  FieldEnds ends(text, length, delimiter, quote);
  while (!ends.is_at_end()) {
    ends.advance();
    result.is_ascii = ends.is_ascii;
    for (size_t i = 0; i < ends.count; i++) {
      const bool is_doubled = (ends.at[i] & AEPCA_DOUBLED_QUOTES) != 0;
      const size_t end = ends.at[i] & ~AEPCA_DOUBLED_QUOTES;
      if (column != last_column) {
        if (text[end] != delimiter || !end_cell(end, is_doubled)) return result;
        column++;
        start = end + 1;
        continue;
      }
      const size_t cell_end = end > start && text[end - 1] == '\r' ? end - 1 : end;
      // An empty line is left to others.
      if (text[end] != '\n' || (column == 0 && cell_end == start) || !end_cell(cell_end, is_doubled)) return result;
      column = 0;
      start = end + 1;
      row++;
      result.count = row;
      result.length = start;
      if (row == row_capacity) return result;
    }
  }
  // The last row may lack its line end.
  if (ends.is_strange || ends.is_open() || (start == length && column == 0)) return result;
  if (column != last_column || (column == 0 && start == length) ||
      !end_cell(length, ends.has_doubled_quotes()))
    return result;
  result.count++;
  result.length = length;
  return result;
}

AVX2 size_t last_record_end_avx2(const char *text, size_t length, char quote, char end_byte, bool *is_open) {
  size_t result = 0;
  uint64_t open = *is_open ? ~0ull : 0;
  size_t base = 0;
  for (; base + 64 <= length; base += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base + 32));
    uint64_t quoted = open;
    if (const uint64_t quotes = quote != 0 ? equal_bytes(low, high, quote) : 0) {
      quoted ^= prefix_parity(quotes);
      open = quoted >> 63 ? ~0ull : 0;
    }
    if (const uint64_t ends = equal_bytes(low, high, end_byte) & ~quoted)
      result = base + 64 - __builtin_clzll(ends);
  }
  for (; base < length; base++) {
    if (quote != 0 && text[base] == quote) open = ~open;
    if (text[base] == end_byte && !open) result = base + 1;
  }
  *is_open = open != 0;
  return result;
}

AVX2 size_t line_count_avx2(const char *text, size_t length, char quote, uint64_t *open, uint64_t *after_end) {
  size_t count = 0;
  for (size_t base = 0; base + 64 <= length; base += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base + 32));
    uint64_t quoted = *open;
    if (const uint64_t quotes = quote != 0 ? equal_bytes(low, high, quote) : 0) {
      quoted ^= prefix_parity(quotes);
      *open = quoted >> 63 ? ~0ull : 0;
    }
    const uint64_t ends = equal_bytes(low, high, '\n') & ~quoted;
    count += static_cast<size_t>(__builtin_popcountll(ends & ~(ends << 1 | *after_end)));
    *after_end = ends >> 63;
  }
  return count;
}

}  // namespace aepca

#endif
