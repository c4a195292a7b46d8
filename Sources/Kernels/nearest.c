#include <float.h>
#include <math.h>

#include "Nearest.h"
#include "any_processor.h"

/// References measured together: their sums stay in registers while the features go by.
enum { BLOCK = AEPCA_REFERENCE_BLOCK };

/// Distances looked at together, mostly to find that none is small enough.
enum { GLANCE = 8 };

/// Parts of all references, each with a nearest one: somewhat more than are usually wanted.
enum { PARTS = 32 };

/// What is not a number is never nearer than anything, and what shares no feature is not near at all.
static inline __attribute__((always_inline)) float distance_of(float sum, float shared) {
  const float distance = sum / shared;
  return shared > 0 ? (distance < FLT_MAX ? distance : FLT_MAX) : NAN;
}

/// The mean squared difference of each reference of a block, none of which misses anything.
static inline __attribute__((always_inline)) void measure_complete(
  const struct aepca_references *references, const float *values, const float *row,
  const uint8_t *observed, float *distances) {
  float sums[BLOCK] = {0}, shared = 0;
  for (long feature = 0; feature < references->features; feature++) {
    if (observed && !observed[feature]) continue;
    const float value = row[feature];
    const float *others = values + feature * BLOCK;
    for (int i = 0; i < BLOCK; i++) {
      const float difference = value - others[i];
      sums[i] += difference * difference;
    }
    shared += references->shares[feature];
  }
  for (int i = 0; i < BLOCK; i++) distances[i] = distance_of(sums[i], shared);
}

/// The mean squared difference of each reference of a block.
static inline __attribute__((always_inline)) void measure(
  const struct aepca_references *references, long start, const float *row,
  const uint8_t *observed, float *distances) {
  const float *values = references->values + start * references->features;
  if (!references->present) {
    measure_complete(references, values, row, observed, distances);
    return;
  }
  const float *present = references->present + start * references->features;
  float sums[BLOCK] = {0}, counts[BLOCK] = {0};
  for (long feature = 0; feature < references->features; feature++) {
    if (observed && !observed[feature]) continue;
    const float value = row[feature];
    const float share = references->shares[feature];
    for (int i = 0; i < BLOCK; i++) {
      const float difference = value - values[feature * BLOCK + i];
      const float there = present[feature * BLOCK + i];
      // A missing cell holds 0, but the row may be infinitely far from that.
      sums[i] += there != 0 ? difference * difference : 0;
      counts[i] += share * there;
    }
  }
  for (int i = 0; i < BLOCK; i++) distances[i] = distance_of(sums[i], counts[i]);
}

/// A distance that at least as many as are wanted do not exceed, and few others: each of so many parts
/// has one of them. Infinite where that cannot be said.
static inline __attribute__((always_inline)) float bound(
  const float *distances, long count, long wanted) {
  float minima[PARTS];
  for (int i = 0; i < PARTS; i++) minima[i] = INFINITY;
  for (long start = 0; start < count; start += PARTS)
    for (int i = 0; i < PARTS; i++)
      minima[i] = distances[start + i] < minima[i] ? distances[start + i] : minima[i];
  float least = INFINITY;
  for (int i = 0; i < PARTS; i++) {
    int rank = 0;
    for (int j = 0; j < PARTS; j++) rank += minima[j] <= minima[i];
    if (rank >= wanted && minima[i] < least) least = minima[i];
  }
  return least;
}

ANY_PROCESSOR long aepca_nearest_references(
  const struct aepca_references *references, const float *row, const uint8_t *observed,
  const uint8_t *excluded, long wanted, float *distances, int32_t *nearest) {
  for (long start = 0; start < references->stride; start += BLOCK)
    measure(references, start, row, observed, distances + start);
  for (long i = references->rows; i < references->stride; i++) distances[i] = NAN;
  for (long i = 0; excluded && i < references->rows; i++)
    if (excluded[i]) distances[i] = NAN;
  float *best = distances + references->stride;
  long found = 0;
  float limit = nextafterf(bound(distances, references->stride, wanted), INFINITY);
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
