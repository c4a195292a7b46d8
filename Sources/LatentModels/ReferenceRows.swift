import LinearAlgebra
import Preprocessing

/// Training rows that a model keeps, to tell how far other rows are from what it has learnt.
///
/// A thousand of them at most, evenly spaced over the table, fewer of many columns.
public struct ReferenceRows: Sendable, Equatable {
  /// Shape `[rows, features]`, in standard deviations about the training mean; 0 where missing.
  let values: Matrix<Float>
  /// Which entries were observed; nil when all were.
  let observed: Mask?

  public var count: Int { values.rowCount }

  /// Nil when a row is of no use, or the parts do not fit.
  init?(values: Matrix<Float>, observed: Mask?) {
    let fits =
      observed.map {
        $0.rowCount == values.rowCount && $0.columnCount == values.columnCount
      } ?? true
    guard values.rowCount > 0, values.columnCount > 0, fits else { return nil }
    self.values = values
    self.observed = observed
  }

  /// How many rows are kept of so many features.
  static func limit(featureCount: Int) -> Int {
    max(100, min(1000, 262_144 / max(1, featureCount)))
  }

  /// Keeps all of the rows that have an observed cell.
  ///
  /// - Parameter samples: As few as are to be kept.
  init?(_ samples: PreparedSamples, _ errors: StandardizedErrors) {
    let columns = 0..<samples.featureCount
    let usable = (0..<samples.sampleCount).filter { row in
      samples.observed.map { mask in columns.contains { mask[row, $0] } } ?? true
    }
    var values = Matrix<Float>(rowCount: usable.count, columnCount: samples.featureCount)
    for (place, row) in usable.enumerated() {
      values.elements.replaceSubrange(
        place * columns.count..<(place + 1) * columns.count,
        with: errors.standardized(samples, row).map { Float($0) })
    }
    let observed = samples.observed?.rows(at: usable)
    self.init(
      values: values, observed: observed?.isObserved.allSatisfy(\.self) ?? true ? nil : observed)
  }
}

/// The distance of rows from the training rows that are nearest to them.
///
/// Squared, it is the mean over the nearest rows of the mean squared difference over the columns
/// that both have, in standard deviations squared. So it is also a sum over the row's columns.
///
/// A row of a kind that is rare among the training rows is far from most of them, though a model
/// may have learnt to give it back well.
///
/// - Note: The mean distance to the nearest neighbours, as in Angiulli and Pizzuti (2002),
///   doi:10.1007/3-540-45681-3_2, of squares.
struct NeighborDistances: Sendable {
  private let references: ReferenceRows
  private let nearest: NearestRows
  private let errors: StandardizedErrors
  /// How many of the rows count: 20, or a fifth of few.
  let neighborCount: Int

  init(_ references: ReferenceRows, _ errors: StandardizedErrors) {
    self.references = references
    self.errors = errors
    nearest = NearestRows(
      references.values, observed: references.observed, shares: errors.columnShares)
    neighborCount = min(20, max(1, references.count / 5))
  }

  /// How far a row is from others.
  struct Distance {
    /// In standard deviations; NaN for a row that shares no column with any other.
    var value: Double
    /// What each column of the schema adds to the square of ``value``; NaN where it is missing.
    var columns: [Double]
  }

  /// - Parameter isExcluded: Of each of the kept rows, not 0 where it is to be left out.
  func distance(
    of row: Int, in samples: PreparedSamples, isExcluded: [UInt8]? = nil,
    scratch: inout NearestRows.Scratch
  ) -> Distance {
    let exact = errors.standardized(samples, row)
    let observed = samples.observed.map { mask in
      (0..<samples.featureCount).map { mask[row, $0] ? UInt8(1) : 0 }
    }
    let neighbors = nearest.nearest(
      to: exact.map { Float($0) }, observed: observed, excluded: isExcluded,
      count: neighborCount, scratch: &scratch)
    var columns = errors.features.map { range in
      range.isEmpty || observed?[range.lowerBound] == 0 ? Double.nan : 0
    }
    guard !neighbors.isEmpty else { return Distance(value: .nan, columns: columns) }
    let width = exact.count
    var squares = [Double](repeating: 0, count: width)
    let present = columns.indices.filter { !columns[$0].isNaN }
    for neighbor in neighbors {
      guard let mask = references.observed else {
        references.values.addSquaredDifferences(
          ofRow: neighbor, from: exact, weight: 1 / Double(present.count * neighbors.count),
          to: &squares)
        continue
      }
      let shared = present.count { mask[neighbor, errors.features[$0].lowerBound] }
      let weight = 1 / Double(shared * neighbors.count)
      for feature in 0..<width where mask[neighbor, feature] {
        let difference = exact[feature] - Double(references.values[neighbor, feature])
        squares[feature] += difference * difference * weight
      }
    }
    for (column, range) in errors.features.enumerated() where !columns[column].isNaN {
      columns[column] = range.reduce(0) { $0 + squares[$1] }
    }
    let sum = columns.reduce(0) { $1.isNaN ? $0 : $0 + $1 }
    return Distance(value: sum.squareRoot(), columns: columns)
  }

  /// The distances of rows, of which each kept one leaves itself out.
  ///
  /// - Parameters:
  ///   - positions: Of each row where it stands among the kept ones; nil for one that is not kept.
  ///   - groups: A number for each row: those that share one say nothing of each other.
  func distancesFromOthers(
    _ samples: PreparedSamples, positions: [Int?], groups: [Int]?, threads: Int
  ) -> [Double] {
    var keptGroups = [Int?](repeating: nil, count: references.count)
    for (row, position) in positions.enumerated() {
      if let position { keptGroups[position] = groups?[row] }
    }
    let perTask = 64
    let parts = inParallel((samples.sampleCount + perTask - 1) / perTask, threads: threads) {
      task -> [Double] in
      var scratch = NearestRows.Scratch()
      return (task * perTask..<min(samples.sampleCount, (task + 1) * perTask)).map { row in
        var isExcluded = [UInt8](repeating: 0, count: references.count)
        if let position = positions[row] { isExcluded[position] = 1 }
        if let group = groups?[row] {
          for place in isExcluded.indices where keptGroups[place] == group {
            isExcluded[place] = 1
          }
        }
        return distance(of: row, in: samples, isExcluded: isExcluded, scratch: &scratch).value
      }
    }
    return parts.flatMap(\.self).filter { !$0.isNaN }
  }
}

extension ReferenceRows {
  /// Rows whose distances say how unusual another row's is.
  private static let judgedRowLimit = 4000

  /// Keeps some of the training rows, and sees how far they are from each other.
  ///
  /// - Parameter groups: A number for each row; those that share one are not compared.
  static func kept(
    of samples: PreparedSamples, groups: [Int]?, preprocessor: FittedPreprocessor, threads: Int
  ) -> (rows: ReferenceRows, distances: ErrorQuantiles?)? {
    let errors = StandardizedErrors(preprocessor)
    let columns = 0..<samples.featureCount
    let usable = (0..<samples.sampleCount).filter { row in
      samples.observed.map { mask in columns.contains { mask[row, $0] } } ?? true
    }
    let kept = usable.evenlySpaced(limit: limit(featureCount: samples.featureCount))
    guard let rows = ReferenceRows(samples.samples(at: kept), errors) else { return nil }
    let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    let judged = usable.evenlySpaced(limit: judgedRowLimit)
    let distances = NeighborDistances(rows, errors).distancesFromOthers(
      samples.samples(at: judged), positions: judged.map { places[$0] },
      groups: groups.map { groups in judged.map { groups[$0] } }, threads: threads)
    return (rows, ErrorQuantiles(of: distances))
  }
}
