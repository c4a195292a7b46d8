#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

// Header-only, so that the tool needs no library for it where it runs; with all powers of ten, of which
// it would else work out most anew for each number.
#define FMT_HEADER_ONLY
#define FMT_USE_FULL_CACHE_DRAGONBOX 1
#include <fmt/format.h>

// The shortest decimal number that reads back to a binary one.

namespace aepca {

/// digits * 10^exponent; a Float64 has sixteen digits or seventeen, a Float32 seven to nine, and zeros may end them.
struct Decimal {
  uint64_t digits;
  int exponent;
};

/// An integer in the upper half, a fraction in the lower.
using Fixed = unsigned __int128;

inline Fixed fixed(uint64_t whole, uint64_t fraction) { return static_cast<Fixed>(whole) << 64 | fraction; }

/// How a binary number is laid out, and powers of ten to multiply it with.
template <typename Scalar>
struct BinaryFormat;

template <>
struct BinaryFormat<double> {
  using Bits = uint64_t;
  static constexpr int fraction_bits = 52, exponent_bias = 1075;
  static constexpr uint64_t least_digits = 1000000000000000;
  /// More than what is lost: the last unit of the power, of the product and of half the width.
  static constexpr uint64_t doubt = 4;

  uint64_t upper, lower;

  /// 10^power, normalised and rounded up to 128 bits.
  explicit BinaryFormat(int power) {
    const auto ten = fmt::detail::dragonbox::cache_accessor<double>::get_cached_power(power);
    upper = ten.high(), lower = ten.low();
  }
  Fixed times(uint64_t factor) const {
    return static_cast<Fixed>(factor) * upper + static_cast<uint64_t>(static_cast<Fixed>(factor) * lower >> 64);
  }
  Fixed shifted(int shift) const {
    return fixed(upper >> 1 >> (63 - shift), upper << shift | lower >> 1 >> (63 - shift));
  }
};

template <>
struct BinaryFormat<float> {
  using Bits = uint32_t;
  static constexpr int fraction_bits = 23, exponent_bias = 150;
  static constexpr uint64_t least_digits = 1000000;
  /// A factor has 28 bits, each of which may bring in an error of the power of ten.
  static constexpr uint64_t doubt = 1u << 30;

  uint64_t upper;

  /// 10^power, normalised and rounded up to 64 bits.
  explicit BinaryFormat(int power)
      : upper(fmt::detail::dragonbox::cache_accessor<float>::get_cached_power(power)) {}
  Fixed times(uint64_t factor) const { return static_cast<Fixed>(factor) * upper; }
  Fixed shifted(int shift) const { return fixed(upper >> 1 >> (63 - shift), upper << shift); }
};

/// The shortest decimal number nearest to a positive one, found by Dragonbox (Jeon 2020) as libfmt has it.
template <typename Scalar>
__attribute__((noinline)) Decimal dragonbox_decimal(Scalar value) {
  const auto decimal = fmt::detail::dragonbox::to_decimal(value);
  Decimal result = {decimal.significand, decimal.exponent};
  for (; result.digits < BinaryFormat<Scalar>::least_digits; result.exponent--) result.digits *= 10;
  return result;
}

/// The shortest decimal number that reads back to a positive one, the nearest of several.
///
/// The number is scaled by a power of ten so that what reads back to it is an interval from one to below ten
/// wide (Giulietti 2020, "The Schubfach way to render doubles"). That holds one multiple of ten, which is then
/// the shortest, or none, and then the shortest is the whole number nearest to the middle. The middle and both ends are
/// known to within a unit or two of their last place; where so little decides, and for intervals that
/// are no mirror of themselves about the middle, the answer is Dragonbox's. Nothing else branches.
///
/// @param value Positive and finite.
template <typename Scalar>
__attribute__((always_inline)) inline Decimal shortest_decimal(Scalar value) {
  using Format = BinaryFormat<Scalar>;
  typename Format::Bits bits;
  std::memcpy(&bits, &value, sizeof bits);
  constexpr typename Format::Bits hidden = static_cast<typename Format::Bits>(1) << Format::fraction_bits;
  const typename Format::Bits fraction = bits & (hidden - 1);
  const int biased = static_cast<int>(bits >> Format::fraction_bits);
  if (__builtin_expect(fraction == 0 || biased == 0, 0)) return dragonbox_decimal(value);
  // value = (hidden + fraction) * 2^exponent, and 2^exponent * 10^power is from 1 to below 10.
  const int exponent = biased - Format::exponent_bias;
  const int power = -fmt::detail::dragonbox::floor_log10_pow2(exponent);
  const int shift = exponent + fmt::detail::dragonbox::floor_log2_pow10(power) + 1;
  const Format ten(power);
  const auto middle = ten.times(static_cast<uint64_t>(hidden | fraction) << shift);
  const auto half_width = ten.shifted(shift - 1);
  const auto lower = middle - half_width, upper = middle + half_width;
  const uint64_t multiple = static_cast<uint64_t>(upper >> 64) / 10 * 10;
  const auto above_lower = (static_cast<Fixed>(multiple) << 64) - lower;
  const auto is_doubtful = [](uint64_t low) -> int { return low + Format::doubt < 2 * Format::doubt; };
  const uint64_t rounding = static_cast<uint64_t>(middle) + (1ull << 63);
  if (__builtin_expect(is_doubtful(static_cast<uint64_t>(above_lower)) | is_doubtful(static_cast<uint64_t>(upper)) |
                           is_doubtful(rounding), 0))
    return dragonbox_decimal(value);
  // Of the difference the sign says whether the multiple lies above the lower end.
  const bool is_inside = static_cast<int64_t>(above_lower >> 64) >= 0;
  const uint64_t nearest = static_cast<uint64_t>(middle >> 64) + (static_cast<uint64_t>(middle) >> 63);
  return {is_inside ? multiple : nearest, -power};
}

}  // namespace aepca
