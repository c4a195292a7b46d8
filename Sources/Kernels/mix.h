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

#endif
