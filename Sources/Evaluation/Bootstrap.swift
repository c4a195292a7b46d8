import LinearAlgebra

/// What else could have come out, had chance picked other rows: figures of rows drawn again with
/// replacement, as many as there are.
///
/// Rows of one group are drawn together, because they say but one thing. All figures computed with
/// one bootstrap see the same draws, so that differences of two of them are paired.
///
/// - Note: Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 13.
public struct Bootstrap: Sendable, Equatable {
  public var resampleCount: Int
  public var seed: UInt64
  /// Of each row its group; nil when every row is its own.
  public var groups: [Int]?

  public init(resampleCount: Int = 1000, seed: UInt64 = 0, groups: [Int]? = nil) {
    precondition(resampleCount > 0, "an interval needs resamples")
    self.resampleCount = resampleCount
    self.seed = seed
    self.groups = groups
  }

  /// The share Σ part / Σ whole over the rows of each resample.
  ///
  /// The explained variance is 1 − the share of squared errors in squares about the mean; the gain
  /// of one model over another is the share of the differences of their squared errors.
  ///
  /// - Parameters:
  ///   - part: A number for each row.
  ///   - whole: As many, none below 0.
  /// - Returns: One share for each resample, those left out in which the whole is 0; empty for
  ///   fewer than two rows or groups.
  /// - Complexity: O(resamples · groups) time.
  public func shares(_ part: [Double], of whole: [Double]) -> [Double] {
    precondition(part.count == whole.count, "\(part.count) rows against \(whole.count)")
    let units = Units(rowCount: part.count, groups: groups)
    guard units.count > 1 else { return [] }
    let (parts, wholes) = (units.sums(of: part), units.sums(of: whole))
    var generator = generator
    var result: [Double] = []
    result.reserveCapacity(resampleCount)
    for _ in 0..<resampleCount {
      var (partSum, wholeSum) = (0.0, 0.0)
      for _ in 0..<units.count {
        let unit = generator.integer(below: units.count)
        partSum += parts[unit]
        wholeSum += wholes[unit]
      }
      if wholeSum > 0 { result.append(partSum / wholeSum) }
    }
    return result
  }

  /// The shares of every column by itself, all of them in the same resamples.
  ///
  /// - Parameters:
  ///   - part: Shape `[rows, columns]`.
  ///   - whole: Of the same shape, nothing below 0.
  /// - Returns: For each column what the other ``shares(_:of:)`` gives of it, up to rounding.
  /// - Complexity: O(resamples · groups · columns), as products of matrices.
  public func shares(_ part: Matrix<Double>, of whole: Matrix<Double>) -> [[Double]] {
    precondition(
      part.rowCount == whole.rowCount && part.columnCount == whole.columnCount,
      "parts and wholes are of one size")
    var result = [[Double]](repeating: [], count: part.columnCount)
    let units = Units(rowCount: part.rowCount, groups: groups)
    guard units.count > 1 else { return result }
    let (parts, wholes) = (units.sums(of: part), units.sums(of: whole))
    var generator = generator
    for start in stride(from: 0, to: resampleCount, by: Bootstrap.resamplesAtOnce) {
      // How often each resample has each unit.
      var counts = Matrix<Double>(
        rowCount: min(Bootstrap.resamplesAtOnce, resampleCount - start), columnCount: units.count)
      for resample in 0..<counts.rowCount {
        for _ in 0..<units.count { counts[resample, generator.integer(below: units.count)] += 1 }
      }
      let (partSums, wholeSums) = (
        counts.multiplied(by: parts), counts.multiplied(by: wholes)
      )
      for resample in 0..<counts.rowCount {
        for column in result.indices where wholeSums[resample, column] > 0 {
          result[column].append(partSums[resample, column] / wholeSums[resample, column])
        }
      }
    }
    return result
  }

  /// So many that drawing them takes little memory beside the rows.
  private static let resamplesAtOnce = 100

  /// Keeps the draws apart from every other use of the same seed.
  private var generator: SeededGenerator { SeededGenerator(seed: seed, stream: 0x424F_4F54) }
}

/// What is drawn: rows, or groups in the order of their first rows.
private struct Units {
  let count: Int
  /// Of each row the unit that it belongs to; nil when every row is its own.
  private let unitOfRow: [Int]?

  init(rowCount: Int, groups: [Int]?) {
    guard let groups else {
      count = rowCount
      unitOfRow = nil
      return
    }
    precondition(groups.count == rowCount, "\(groups.count) groups of \(rowCount) rows")
    var places: [Int: Int] = [:]
    unitOfRow = groups.map { group in
      let place = places[group] ?? places.count
      places[group] = place
      return place
    }
    count = places.count
  }

  func sums(of rows: [Double]) -> [Double] {
    guard let unitOfRow else { return rows }
    var sums = [Double](repeating: 0, count: count)
    for (row, unit) in unitOfRow.enumerated() { sums[unit] += rows[row] }
    return sums
  }

  func sums(of rows: Matrix<Double>) -> Matrix<Double> {
    guard let unitOfRow else { return rows }
    var sums = Matrix<Double>(rowCount: count, columnCount: rows.columnCount)
    for (row, unit) in unitOfRow.enumerated() {
      for column in 0..<rows.columnCount { sums[unit, column] += rows[row, column] }
    }
    return sums
  }
}
