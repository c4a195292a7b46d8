import Evaluation
import LatentModels
import LinearAlgebra
import Preprocessing
import Tables

/// A comparison and what is drawn beside its figures.
public struct ComparisonReport: Sendable {
  public var comparison: Comparison
  package var drawings: Drawings
}

/// Rows and cells as points, sampled so that a page stays small whatever the table.
///
/// Of the first split and, but for the scatter plot, the number of components that the verdict is
/// about.
package struct Drawings: Codable, Sendable {
  var scatter: Scatter?
  var reconstructions: Reconstructions
  var worstRows: [WorstRow]
  var training: TrainingCurve?
  /// Nil unless columns are pixels of pictures; they stand in the page as such, not as data.
  var pictures: Pictures?

  enum CodingKeys: CodingKey {
    case scatter
    case reconstructions
    case worstRows
    case training
  }

  static let scatterLimit = 1500
  static let reconstructionLimit = 300
  static let reconstructedColumns = 6
  static let fewestDifferentCells = 5
  static let worstRowCount = 10

  /// Rows as pictures: some of all that judge, and those that come back worst.
  struct Pictures: Sendable {
    var some: PictureRows
    var worst: PictureRows
  }

  /// The first two components of both methods.
  struct Scatter: Codable, Sendable {
    /// Of the models that they are from.
    var components: Int
    var rowCount: Int
    var drawnCount: Int
    var nonlinear: [[Double]]
    var linear: [[Double]]
    var colors: RowColors?
  }

  /// Cells of held-out rows beside what both models give back.
  struct Reconstructions: Codable, Sendable {
    var components: Int
    var rowCount: Int
    var drawnCount: Int
    var columns: [ReconstructedColumn]
  }

  struct ReconstructedColumn: Codable, Sendable {
    var name: String
    var original: [Double]
    var nonlinear: [Double]
    var linear: [Double]
  }

  /// A held-out row that the nonlinear model gives back badly, and its worst cell.
  struct WorstRow: Codable, Sendable {
    /// In the file, from 1, the header not counted.
    var row: Int
    /// Root of the mean squared error over the row's cells, in standard deviations.
    var nonlinearError: Double
    var linearError: Double
    var column: String
    var original: String
    var nonlinear: String
    var linear: String
  }

  struct TrainingCurve: Codable, Sendable {
    var components: Int
    /// Mean loss of each epoch.
    var losses: [Double]
    /// Of held-out rows at even intervals; empty when training used none.
    var validationLosses: [Double]
    var epochCount: Int
  }

  init(
    _ pairs: [JudgedPair], of table: Table, split: JudgedSplit, verdict: Verdict,
    colors: RowColors?, seed: UInt64
  ) throws {
    if let pair = pairs.filter({ $0.components >= 2 }).min(by: { $0.components < $1.components }) {
      scatter = try Scatter(pair, of: table, colors: colors)
    }
    let pair = pairs.first { $0.components == verdict.components } ?? pairs[0]
    let own = try pair.restored(pair.nonlinearModel)
    let other = try pair.restored(pair.linearModel)
    reconstructions = Drawings.reconstructions(pair, own: own, other: other)
    let errors = pair.nonlinear.test.squaredErrors
    let worst = errors.indices.sorted { (-errors[$0], $0) < (-errors[$1], $1) }
      .prefix(Drawings.worstRowCount)
    worstRows = Drawings.rows(Array(worst), of: pair, own: own, other: other)
    let some = Array(errors.indices).evenlySpaced(limit: PictureRows.most)
    if let some = try PictureRows(some, of: pair, own: own, other: other),
      let worst = try PictureRows(
        Array(worst.prefix(PictureRows.most)), of: pair, own: own, other: other)
    {
      pictures = Pictures(some: some, worst: worst)
    }
    training = pair.nonlinearModel.report.history.map {
      TrainingCurve(
        components: pair.components, losses: $0.losses.evenlySpaced(limit: 400).map(rounded),
        validationLosses: $0.validationLosses.map(rounded), epochCount: $0.losses.count)
    }
  }

  private static func reconstructions(
    _ pair: JudgedPair, own: Table, other: Table
  ) -> Reconstructions {
    let split = pair.split
    let samples = split.judging.samples
    let rows = Array(0..<samples.sampleCount).evenlySpaced(limit: reconstructionLimit)
    let gains = zip(pair.nonlinear.columnErrors, pair.linear.columnErrors).map {
      ($1 ?? 0) - ($0 ?? 0)
    }
    let drawn = own.columns.indices.filter {
      if case .scaled = split.preprocessor.codings[$0] {
        own.columns[$0].schema.kind == .number
      } else {
        false
      }
    }.filter { index in
      // A column that is nearly always the same has no picture.
      guard case .numbers(let numbers) = split.testTable[own.columns[index].name]?.values else {
        return false
      }
      return Set(rows.map { numbers[$0] }.filter { !$0.isNaN }).count >= fewestDifferentCells
    }.sorted { (-gains[$0], $0) < (-gains[$1], $1) }.prefix(reconstructedColumns)
    let columns = drawn.map { index -> ReconstructedColumn in
      let original = split.testTable[own.columns[index].name]
      let cells = rows.filter { row in original.map { !$0.values.isMissing(row) } ?? false }
      func numbers(_ column: Column?) -> [Double] {
        guard case .numbers(let numbers) = column?.values else { return [] }
        return cells.map { rounded(numbers[$0]) }
      }
      return ReconstructedColumn(
        name: own.columns[index].name, original: numbers(original),
        nonlinear: numbers(own.columns[index]), linear: numbers(other.columns[index]))
    }
    return Reconstructions(
      components: pair.components, rowCount: samples.sampleCount, drawnCount: rows.count,
      columns: columns)
  }

  /// Rows, each with the cell that adds most to its error.
  private static func rows(
    _ rows: [Int], of pair: JudgedPair, own: Table, other: Table
  ) -> [WorstRow] {
    let split = pair.split
    let errors = pair.nonlinear.test.squaredErrors
    let prepared = split.preprocessor.prepare(own)
    let samples = split.judging.samples
    var columnOfFeature: [Int] = []
    for (column, coding) in split.preprocessor.codings.enumerated() {
      columnOfFeature += Array(repeating: column, count: coding.featureCount)
    }
    return rows.map { row in
      var byColumn: [Int: Double] = [:]
      var cellCount = 0.0
      for feature in columnOfFeature.indices where samples.observed?[row, feature] ?? true {
        let error = samples.values[row, feature] - prepared.values[row, feature]
        byColumn[columnOfFeature[feature], default: 0] += error * error
        cellCount += 1
      }
      let worst = byColumn.keys.sorted().max { (byColumn[$0] ?? 0) < (byColumn[$1] ?? 0) } ?? 0
      let column = own.columns[worst]
      func rootMean(_ sum: Double) -> Double { rounded((sum / max(1, cellCount)).squareRoot()) }
      return WorstRow(
        row: split.testRowNumbers[row], nonlinearError: rootMean(errors[row]),
        linearError: rootMean(pair.linear.test.squaredErrors[row]), column: column.name,
        original: split.testTable[column.name]?.text(row) ?? "",
        nonlinear: column.text(row), linear: other.columns[worst].text(row))
    }
  }
}

extension JudgedPair {
  /// The rows that judge as a model gives them back.
  fileprivate func restored(_ model: TableModel) throws -> Table {
    model.preprocessor.restore(
      try model.latentModel.reconstruct(split.judging.samples, components: components))
  }
}

extension Drawings.Scatter {
  fileprivate init(_ pair: JudgedPair, of table: Table, colors: RowColors?) throws {
    let rows = Array(0..<table.rowCount).evenlySpaced(limit: Drawings.scatterLimit)
    let samples = pair.split.preprocessor.prepare(table.rows(at: rows))
    func points(_ model: TableModel) throws -> [[Double]] {
      let latents = try model.latentModel.encode(samples, components: pair.components)
      return (0..<latents.rowCount).map { [rounded(latents[$0, 0]), rounded(latents[$0, 1])] }
    }
    components = pair.components
    rowCount = table.rowCount
    drawnCount = rows.count
    nonlinear = try points(pair.nonlinearModel)
    linear = try points(pair.linearModel)
    self.colors = colors?.rows(at: rows)
  }
}

extension Column {
  /// A cell as people read it.
  fileprivate func text(_ row: Int) -> String {
    if values.isMissing(row) { return "missing" }
    switch values {
    case .numbers(let numbers):
      return schema.dateFormat.map { $0.text(numbers[row]) } ?? plain(numbers[row])
    case .codes(let codes): return schema.levels[Int(codes[row])]
    case .texts(let texts): return texts[row] ?? "missing"
    }
  }
}

/// A number of at most four digits, whole ones without a point.
private func plain(_ number: Double) -> String {
  if number == number.rounded(), abs(number) < 1e15 { return "\(Int(number))" }
  let size = abs(number)
  guard size >= 0.001, size < 1e9 else { return "\(rounded(number))" }
  return shortDecimal(number, digits: size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
}

/// A number of five significant digits: no picture shows more, and text of more is long.
func rounded(_ number: Double) -> Double {
  guard number.isFinite, number != 0 else { return 0 }
  var size = 1.0
  while abs(number) * size < 10_000 { size *= 10 }
  while abs(number) * size >= 100_000 { size /= 10 }
  return (number * size).rounded() / size
}
