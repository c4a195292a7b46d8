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

/// Up to sixteen characters: digits with at most one decimal separator among them.
struct ShortDigits {
  uint64_t value;
  /// How many digits there are, and how many stand behind the separator.
  unsigned count, places;
  bool has_separator;
};

AVX2 inline bool read_short(const char *text, unsigned length, char decimal, ShortDigits *result) {
  const __m128i digits =
      _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(text)), _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  const unsigned live = (1u << length) - 1;
  const unsigned others = live & ~static_cast<unsigned>(_mm_movemask_epi8(is_digit));
  const __m128i lanes = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  if (others == 0) {
    // Moved to the right end; a lane with a negative source becomes 0.
    const __m128i source = _mm_sub_epi8(lanes, _mm_set1_epi8(static_cast<char>(16 - length)));
    *result = {sixteen_digits(_mm_shuffle_epi8(digits, source)), length, 0, false};
    return true;
  }
  const unsigned place = __builtin_ctz(others);
  if ((others & (others - 1)) != 0 || text[place] != decimal) return false;
  // The same with one digit fewer, those from the separator on coming from one lane further.
  __m128i source = _mm_sub_epi8(lanes, _mm_set1_epi8(static_cast<char>(17 - length)));
  source = _mm_sub_epi8(source, _mm_cmpgt_epi8(source, _mm_set1_epi8(static_cast<char>(place) - 1)));
  *result = {sixteen_digits(_mm_shuffle_epi8(digits, source)), length - 1, length - 1 - place, true};
  return true;
}

/// A number of at most 19 digits without exponent; false for all else.
AVX2 inline bool read_number(const char *text, size_t length, char decimal, double *value) {
  const bool is_negative = *text == '-';
  const size_t sign = is_negative || *text == '+';
  text += sign;
  length -= sign;
  uint64_t digits;
  unsigned places;
  if (length - 1 < 16) {
    ShortDigits all;
    if (!read_short(text, static_cast<unsigned>(length), decimal, &all) || all.count == 0) return false;
    digits = all.value;
    places = all.places;
  } else if (length - 1 < 20) {
    ShortDigits head, tail;
    const unsigned rest = static_cast<unsigned>(length) - 16;
    if (!read_short(text, 16, decimal, &head) || !read_short(text + 16, rest, decimal, &tail)) return false;
    if (head.count + tail.count > 19 || (head.has_separator && tail.has_separator)) return false;
    digits = head.value * powers_of_ten[tail.count] + tail.value;
    places = head.has_separator ? head.places + tail.count : tail.places;
  } else {
    return false;
  }
  const double size = decimal_value(digits, places);
  *value = is_negative ? -size : size;
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

}  // namespace

AVX2 size_t read_plain_rows_avx2(const char *text, size_t length, const aepca_row_format &format,
                                 const aepca_row_cells &cells, size_t *consumed, bool *is_ascii) {
  size_t rows = 0, column = 0, start = 0;
  const size_t last_column = format.column_count - 1;
  const uint8_t *const uses = format.uses;
  const char decimal = format.decimal;
  const bool has_words = format.word_count > 0;
  *consumed = 0;
  *is_ascii = true;

  // False when the row is not plain.
  const auto end_cell = [&](size_t end) __attribute__((always_inline, target("avx2,bmi,popcnt,lzcnt"))) {
    const char *const cell = text + start;
    const size_t count = end - start;
    const uint8_t use = uses[column];
    if (__builtin_expect(use == AEPCA_CELL_NUMBER, 1)) {
      double value;
      if (has_words && is_extra_word(cell, count, format)) {
        value = NAN;
      } else if (!read_number(cell, count, decimal, &value) &&
                 !read_unusual_number(cell, count, format, &value)) {
        return false;
      }
      if (__builtin_expect(std::fabs(value) >= 0x1p53, 0) &&
          cells.large_integers[column] > rows && is_large_integer(cell, count, value))
        cells.large_integers[column] = static_cast<uint32_t>(rows);
      cells.numbers[cells.places[column] + rows] = value;
    } else if (use == AEPCA_CELL_TEXT) {
      cells.starts[cells.places[column] + rows] = static_cast<uint32_t>(start);
      cells.ends[cells.places[column] + rows] = static_cast<uint32_t>(end);
    }
    return true;
  };

  if (cells.row_capacity == 0) return 0;
  for (size_t base = 0; base < length; base += 64) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(text + base + 32));
    const size_t rest = length - base;
    const uint64_t live = rest >= 64 ? ~0ull : (1ull << rest) - 1;
    if (__builtin_expect((_mm256_movemask_epi8(_mm256_or_si256(low, high))) != 0, 0) &&
        ((static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
          static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32) & live) != 0)
      *is_ascii = false;
    const uint64_t returns = equal_bytes(low, high, '\r') & live;
    uint64_t strange = equal_bytes(low, high, 0);
    if (format.quote != 0) strange |= equal_bytes(low, high, format.quote);
    strange &= live;
    uint64_t ends =
        (equal_bytes(low, high, format.delimiter) | equal_bytes(low, high, '\n') | strange) & live;
    // A CR is plain just before LF; in the last byte of the block, see there.
    if (__builtin_expect(returns != 0, 0)) {
      uint64_t before_line_ends = equal_bytes(low, high, '\n') >> 1;
      if (base + 64 < length && text[base + 64] == '\n') before_line_ends |= 1ull << 63;
      ends |= returns & ~before_line_ends;
    }
    while (ends != 0) {
      const size_t end = base + __builtin_ctzll(ends);
      ends &= ends - 1;
      if (text[end] == format.delimiter) {
        if (column == last_column || !end_cell(end)) return rows;
        column++;
        start = end + 1;
      } else if (text[end] == '\n') {
        const size_t cell_end = end > start && text[end - 1] == '\r' ? end - 1 : end;
        // An empty line is left to others.
        if (column != last_column || (column == 0 && cell_end == start) || !end_cell(cell_end)) return rows;
        rows++;
        column = 0;
        start = end + 1;
        *consumed = start;
        if (rows == cells.row_capacity) return rows;
      } else {
        return rows;
      }
    }
  }
  // The last row may lack its line end.
  if (start == length && column == 0) return rows;
  if (column != last_column || (column == 0 && start == length) || !end_cell(length)) return rows;
  *consumed = length;
  return rows + 1;
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

}  // namespace aepca

#endif
