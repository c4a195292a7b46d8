#ifndef AEPCA_NEAREST_H
#define AEPCA_NEAREST_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// References that lie together, and are compared with a row together.
enum { AEPCA_REFERENCE_BLOCK = 64 };

/// Rows that others are compared with, in blocks of so many: feature by feature, of each the block's rows.
struct aepca_references {
  long rows;
  long features;
  /// Whole blocks, at least `rows`; what is beyond the rows must be readable.
  long stride;
  /// 0 where missing.
  const float *values;
  /// 1 where an entry is present, 0 where it is missing; null when none is missing.
  const float *_Nullable present;
  /// What each feature counts for among those that two rows share.
  const float *shares;
};

/// The references nearest to a row, the nearest first and of equals the first, by the mean squared
/// difference over the features that both have. References that share none are left out.
///
/// The row's `observed` and the references' `excluded` are bytes, not 0 for what is so; `distances`
/// has room for `stride` + `wanted` floats, `nearest` for `wanted` positions. Returns how many were found.
long aepca_nearest_references(
  const struct aepca_references *references, const float *row, const uint8_t *_Nullable observed,
  const uint8_t *_Nullable excluded, long wanted, float *distances, int32_t *nearest);

/// sums = sums + weight * (row - reference) ^ 2, feature by feature.
void aepca_add_squared_differences(
  long features, const double *row, const float *reference, double weight, double *sums);

#pragma clang assume_nonnull end

#endif
