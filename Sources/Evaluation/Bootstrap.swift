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
    let units = sums(part, whole)
    guard units.count > 1 else { return [] }
    // Keeps the draws apart from every other use of the same seed.
    var generator = SeededGenerator(seed: seed, stream: 0x424F_4F54)
    var result: [Double] = []
    result.reserveCapacity(resampleCount)
    for _ in 0..<resampleCount {
      var (parts, wholes) = (0.0, 0.0)
      for _ in units.indices {
        let unit = units[generator.integer(below: units.count)]
        parts += unit.part
        wholes += unit.whole
      }
      if wholes > 0 { result.append(parts / wholes) }
    }
    return result
  }

  /// What is drawn: rows, or the sums of groups in the order of their first rows.
  private func sums(_ part: [Double], _ whole: [Double]) -> [(part: Double, whole: Double)] {
    guard let groups else { return Array(zip(part, whole).map { ($0, $1) }) }
    precondition(groups.count == part.count, "\(groups.count) groups of \(part.count) rows")
    var places: [Int: Int] = [:]
    var sums: [(part: Double, whole: Double)] = []
    for (row, group) in groups.enumerated() {
      let place = places[group] ?? sums.count
      if place == sums.count {
        places[group] = place
        sums.append((0, 0))
      }
      sums[place].part += part[row]
      sums[place].whole += whole[row]
    }
    return sums
  }
}
