#ifndef AEPCA_MIX_H
#define AEPCA_MIX_H

#include <stdint.h>

/// A number mixed with a key by SplitMix64's finisher: random bits that belong to what is
/// numbered, not to the order of work.
static inline uint64_t aepca_mixed(uint64_t key, uint64_t number) {
  uint64_t value = key + (number + 1) * 0x9E3779B97F4A7C15u;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

/// 32 random bits of an entry of a row: the row's own bits and the entry's column, mixed twice by
/// Wellons's finisher.
#define AEPCA_ENTRY_BITS(row_bits, column)                                                   \
  AEPCA_FINISH(                                                                              \
    AEPCA_FINISH((column) * 0x9E3779B9u + (uint32_t)(row_bits)) ^ (uint32_t)((row_bits) >> 32))

/// For numbers and for vectors of them.
#define AEPCA_FINISH(bits)                                                                   \
  ({                                                                                         \
    __typeof__(bits) mixed_ = (bits);                                                        \
    mixed_ = (mixed_ ^ (mixed_ >> 16)) * 0x7feb352du;                                        \
    mixed_ = (mixed_ ^ (mixed_ >> 15)) * 0x846ca68bu;                                        \
    mixed_ ^ (mixed_ >> 16);                                                                 \
  })

#endif
