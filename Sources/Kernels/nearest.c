#include "Kernels.h"

#if defined(__x86_64__)
#define ANY_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define ANY_PROCESSOR
#endif

/// References measured together: their sums stay in registers while the features go by.
enum { BLOCK = 64 };

/// The mean squared difference of each reference of a block.
static inline __attribute__((always_inline)) void measure(
  const struct aepca_references *references, long start, const float *row,
  const uint8_t *observed, float *distances) {
  float sums[BLOCK] = {0}, counts[BLOCK] = {0};
  float count = 0;
  for (long feature = 0; feature < references->features; feature++) {
    if (observed && !observed[feature]) continue;
    const float value = row[feature];
    const float *values = references->values + feature * references->stride + start;
    if (references->present) {
      const float *present = references->present + feature * references->stride + start;
      const float share = references->shares[feature];
      for (int i = 0; i < BLOCK; i++) {
        const float difference = value - values[i];
        // A missing cell holds 0, but the row may be infinitely far from that.
        sums[i] += present[i] != 0 ? difference * difference : 0;
        counts[i] += share * present[i];
      }
    } else {
      count += references->shares[feature];
      for (int i = 0; i < BLOCK; i++) {
        const float difference = value - values[i];
        sums[i] += difference * difference;
      }
    }
  }
  for (int i = 0; i < BLOCK; i++) {
    const float shared = references->present ? counts[i] : count;
    distances[i] = shared > 0 ? sums[i] / shared : -1;
  }
}

ANY_PROCESSOR long aepca_nearest_references(
  const struct aepca_references *references, const float *row, const uint8_t *observed,
  const uint8_t *excluded, long wanted, float *distances, int32_t *nearest) {
  for (long start = 0; start < references->stride; start += BLOCK)
    measure(references, start, row, observed, distances + start);
  long found = 0;
  for (long i = 0; i < references->rows; i++) {
    const float distance = distances[i];
    if (distance < 0 || (excluded && excluded[i])) continue;
    if (found == wanted && !(distance < distances[nearest[found - 1]])) continue;
    // Of equals the first stays before the others.
    long place = found < wanted ? found++ : found - 1;
    for (; place > 0 && distance < distances[nearest[place - 1]]; place--)
      nearest[place] = nearest[place - 1];
    nearest[place] = (int32_t)i;
  }
  return found;
}
