#include <float.h>
#include <math.h>

#include "Nearest.h"
#include "any_processor.h"

/// References measured together: their sums stay in registers while the features go by.
enum { BLOCK = 64 };

/// Distances looked at together, mostly to find that none is small enough.
enum { GLANCE = 16 };

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
    const float distance = sums[i] / shared;
    // What is not a number is never nearer than anything.
    distances[i] = shared > 0 ? (distance < FLT_MAX ? distance : FLT_MAX) : NAN;
  }
}

ANY_PROCESSOR long aepca_nearest_references(
  const struct aepca_references *references, const float *row, const uint8_t *observed,
  const uint8_t *excluded, long wanted, float *distances, int32_t *nearest) {
  for (long start = 0; start < references->stride; start += BLOCK)
    measure(references, start, row, observed, distances + start);
  for (long i = 0; i < references->stride; i++)
    if (i >= references->rows || (excluded && excluded[i])) distances[i] = NAN;
  float *best = distances + references->stride;
  long found = 0;
  float limit = INFINITY;
  for (long start = 0; start < references->stride; start += GLANCE) {
    int near = 0;
    for (int i = 0; i < GLANCE; i++) near |= distances[start + i] < limit;
    if (!near) continue;
    for (long i = start; i < start + GLANCE; i++) {
      const float distance = distances[i];
      if (!(distance < limit)) continue;
      // Of equals the first stays before the others.
      long place = found < wanted ? found++ : found - 1;
      for (; place > 0 && distance < best[place - 1]; place--) {
        best[place] = best[place - 1];
        nearest[place] = nearest[place - 1];
      }
      best[place] = distance;
      nearest[place] = (int32_t)i;
      if (found == wanted) limit = best[wanted - 1];
    }
  }
  return found;
}

ANY_PROCESSOR void aepca_add_squared_differences(
  long features, const double *row, const float *reference, double weight, double *sums) {
  for (long feature = 0; feature < features; feature++) {
    const double difference = row[feature] - reference[feature];
    sums[feature] += weight * (difference * difference);
  }
}
