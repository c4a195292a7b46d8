#pragma once

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Decimal digits of whole numbers as text.

namespace aepca {

/// Eight digits, the first in the lowest byte: halved three times, both halves at once each time.
inline uint64_t eight_digits(uint32_t value) {
  const uint64_t fours = value / 10000 | static_cast<uint64_t>(value % 10000) << 32;
  const uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007F0000007F;
  const uint64_t twos = hundreds + ((fours - 100 * hundreds) << 16);
  const uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000F;
  return (tens + ((twos - 10 * tens) << 8)) | 0x3030303030303030;
}

/// Eight digits, which are written with or without a point among them.
class EightDigits {
 public:
  static constexpr int all = 8;

  explicit EightDigits(uint32_t value) : digits(eight_digits(value)) {}

  /// How many there are without the zeros at the end.
  int significant_count() const {
    // Shifted up, the last digit that is not zero has its top bit from the fifth to the eighth of its byte.
    return (67 - __builtin_clzll((digits ^ 0x3030303030303030) << 4 | 1)) >> 3;
  }

  void write(char *text) const { std::memcpy(text, &digits, 8); }

  /// Writes nine characters, of which the last is of no use where there is no point.
  ///
  /// @param place How many digits stand before the point; with `all` there is none.
  void write(char *text, int place) const {
    const Point &point = points.at[place];
    const uint64_t result = (digits & point.before) | point.point | (digits & ~point.before) << 8;
    // Only the last digit stays of this.
    write(text + 1);
    std::memcpy(text, &result, 8);
  }

 private:
  struct Point {
    /// Ones in the bytes before the point, and the point in its own.
    uint64_t before, point;
  };
  struct Points {
    Point at[all + 1];
    constexpr Points() : at() {
      for (int place = 0; place < all; place++)
        at[place] = {(1ull << 8 * place) - 1, static_cast<uint64_t>('.') << 8 * place};
      at[all] = {~0ull, 0};
    }
  };
  static const Points points;

  uint64_t digits;
};

inline constexpr EightDigits::Points EightDigits::points{};

/// The same of sixteen, which are written as seventeen characters.
class PortableSixteenDigits {
 public:
  static constexpr int all = 16;

  /// @param high,low The first eight and the last.
  PortableSixteenDigits(uint32_t high, uint32_t low) : high(high), low(low), has_low(low > 0) {}

  int significant_count() const { return has_low ? 8 + low.significant_count() : high.significant_count(); }

  void write(char *text) const {
    high.write(text);
    low.write(text + 8);
  }

  void write(char *text, int place) const {
    if (place < 8) {
      low.write(text + 9);
      char behind[9];
      high.write(behind, place);
      std::memcpy(text, behind, 9);
    } else {
      high.write(text);
      low.write(text + 8, place - 8);
    }
  }

 private:
  EightDigits high, low;
  bool has_low;
};

#if defined(__SSE2__)

/// Bytes of ones, then of zeros, for masks of so many bytes to be loaded from among them.
struct MaskBytes {
  uint8_t bytes[33];
  constexpr MaskBytes() : bytes() {
    for (int i = 0; i < 17; i++) bytes[i] = 0xFF;
  }
};
constexpr MaskBytes masks;

/// The same in one vector.
class VectorSixteenDigits {
 public:
  static constexpr int all = 16;

  VectorSixteenDigits(uint32_t high, uint32_t low) {
    // 1 / 10^4, 1 / 10^2 and 1 / 10 as fractions that are exact for so few digits.
    const __m128i eights = _mm_set_epi64x(low, high);
    const __m128i upper = _mm_srli_epi64(_mm_mul_epu32(eights, _mm_set1_epi32(static_cast<int>(3518437209u))), 45);
    const __m128i fours = _mm_or_si128(
        upper, _mm_slli_epi64(_mm_sub_epi32(eights, _mm_mul_epu32(upper, _mm_set1_epi32(10000))), 32));
    const __m128i hundreds = _mm_srli_epi16(_mm_mulhi_epu16(fours, _mm_set1_epi32(5243)), 3);
    const __m128i twos = _mm_or_si128(
        hundreds, _mm_slli_epi32(_mm_sub_epi16(fours, _mm_mullo_epi16(hundreds, _mm_set1_epi32(100))), 16));
    const __m128i tens = _mm_mulhi_epu16(twos, _mm_set1_epi16(6554));
    digits = _mm_or_si128(tens, _mm_slli_epi16(_mm_sub_epi16(twos, _mm_mullo_epi16(tens, _mm_set1_epi16(10))), 8));
  }

  int significant_count() const {
    const auto zeros = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(digits, _mm_setzero_si128())));
    return 31 - __builtin_clz((~zeros & 0xFFFF) << 1 | 1);
  }

  void write(char *text) const { store(text, _mm_add_epi8(digits, _mm_set1_epi8('0'))); }

  void write(char *text, int place) const {
    const __m128i characters = _mm_add_epi8(digits, _mm_set1_epi8('0'));
    const __m128i before = load(masks.bytes + 17 - place), up_to = load(masks.bytes + 16 - place);
    const __m128i later = _mm_andnot_si128(up_to, _mm_slli_si128(characters, 1));
    const __m128i point = _mm_and_si128(_mm_andnot_si128(before, up_to), _mm_set1_epi8('.'));
    // Only the last digit stays of this.
    store(text + 1, characters);
    store(text, _mm_or_si128(_mm_and_si128(before, characters), _mm_or_si128(point, later)));
  }

 private:
  __m128i digits;

  static __m128i load(const uint8_t *bytes) { return _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes)); }
  static void store(char *text, __m128i value) { _mm_storeu_si128(reinterpret_cast<__m128i *>(text), value); }
};

using SixteenDigits = VectorSixteenDigits;

#else

using SixteenDigits = PortableSixteenDigits;

#endif

}  // namespace aepca
