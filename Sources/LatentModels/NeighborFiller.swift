import LinearAlgebra
import Preprocessing

/// Fills missing cells with the mean of the training rows nearest to their row.
///
/// Of the rows that a model keeps those count that have the cell, the nearest over the columns
/// that both rows have. It follows any shape that rows lie on, where there are enough of them.
struct NeighborFiller {
  private let references: ReferenceRows
  private let nearest: NearestRows
  private let errors: StandardizedErrors
  /// For each column of the schema, not 0 for the kept rows that miss it; empty when none do.
  private let isMissing: [[UInt8]]
  private let neighborCount: Int

  /// How many rows a mean is of where that was not tried.
  static let usualCount = 10

  init(_ references: ReferenceRows, _ errors: StandardizedErrors, neighborCount: Int) {
    self.references = references
    self.errors = errors
    self.neighborCount = min(neighborCount, max(1, references.count / 5))
    nearest = NearestRows(
      references.values, observed: references.observed, shares: errors.columnShares)
    isMissing =
      references.observed.map { observed in
        errors.features.map { range in
          (0..<references.count).map { row in
            range.first.map { observed[row, $0] } ?? true ? 0 : 1
          }
        }
      } ?? []
  }

  /// The samples with what is expected where nothing was observed; what no row tells stays.
  ///
  /// - Complexity: A pass over the kept rows for each row, or for each missing cell where kept rows
  ///   miss cells too.
  func filled(_ samples: PreparedSamples) -> Matrix<Double> {
    guard let observed = samples.observed else { return samples.values }
    var result = samples.values
    var scratch = NearestRows.Scratch()
    for row in 0..<samples.sampleCount {
      let values = errors.standardized(samples, row).map { Float($0) }
      let isObserved = (0..<samples.featureCount).map { observed[row, $0] ? UInt8(1) : 0 }
      var shared: [Int]?
      for (column, range) in errors.features.enumerated() {
        guard let first = range.first, isObserved[first] == 0 else { continue }
        let rows =
          shared
          ?? nearest.nearest(
            to: values, observed: isObserved, excluded: isMissing.isEmpty ? nil : isMissing[column],
            count: neighborCount, scratch: &scratch)
        if isMissing.isEmpty { shared = rows }
        guard !rows.isEmpty else { continue }
        for feature in range {
          let sum = rows.reduce(0) { $0 + Double(references.values[$1, feature]) }
          result[row, feature] = errors.value(
            ofStandardized: sum / Double(rows.count), feature)
        }
      }
    }
    return result
  }
}
