#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// Decimal digits to Float64, correctly rounded, for numbers of up to 19 digits without exponent.

namespace aepca {

/// Powers of ten up to 10^19, all below 2^64.
constexpr uint64_t powers_of_ten[20] = {
    1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull, 100000000ull, 1000000000ull,
    10000000000ull, 100000000000ull, 1000000000000ull, 10000000000000ull, 100000000000000ull,
    1000000000000000ull, 10000000000000000ull, 100000000000000000ull, 1000000000000000000ull,
    10000000000000000000ull};

/// What whole digits are divided by, by how far from their end the separator stands: 0 where there is none, else
/// it and the digits behind it. All are exact in a Float64.
constexpr double tens_from_separator[17] = {1e0, 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// digits / 10^places, correctly rounded, where digits exceed what a Float64 holds exactly.
///
/// Both are shifted until their top bits are set; the quotient then has at least 63 bits, ten more
/// than a Float64 keeps, and a remainder only has to be told from none.
inline double long_quotient(uint64_t digits, unsigned places) {
  const uint64_t divisor = powers_of_ten[places];
  const int up = __builtin_clzll(digits), divisor_up = __builtin_clzll(divisor);
  const unsigned __int128 dividend = static_cast<unsigned __int128>(digits << up) << 63;
  const uint64_t shifted = divisor << divisor_up;
  uint64_t quotient, remainder;
#if defined(__x86_64__)
  // The compiler would call a division of 128 by 128 bits, not knowing that the quotient fits.
  __asm__("divq %4"
          : "=a"(quotient), "=d"(remainder)
          : "a"(static_cast<uint64_t>(dividend)), "d"(static_cast<uint64_t>(dividend >> 64)), "r"(shifted)
          : "cc");
#else
  quotient = static_cast<uint64_t>(dividend / shifted);
  remainder = static_cast<uint64_t>(dividend % shifted);
#endif
  // Rounded once, here; what follows is a power of two.
  const double rounded = static_cast<double>(quotient | (remainder != 0));
  const uint64_t scale_bits = static_cast<uint64_t>(1023 - 63 + divisor_up - up) << 52;
  double scale;
  std::memcpy(&scale, &scale_bits, sizeof scale);
  return rounded * scale;
}

/// digits / 10^places, correctly rounded; digits below 10^19, places at most 19.
inline double decimal_value(uint64_t digits, unsigned places) {
  // Both exact, so one rounding (Clinger 1990, doi:10.1145/93542.93557).
  if (digits <= 1ull << 53) return static_cast<double>(digits) / static_cast<double>(powers_of_ten[places]);
  return long_quotient(digits, places);
}

}  // namespace aepca
