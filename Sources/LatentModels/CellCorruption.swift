import LinearAlgebra
import Preprocessing
import Tables

/// Makes messy tables of clean ones, to try cleaning on.
///
/// Random numbers are drawn row by row and column by column, so that the same table, columns and
/// seed give the same mess.
public struct CellCorruption: Sendable {
  public enum Kind: Sendable {
    /// So large a share of the cells at the column's least or greatest value, each as often.
    case saltPepper(Double)
    /// Normal noise of so many standard deviations of the column.
    case gaussian(Double)
    /// So large a share of the cells at 0.
    case mask(Double)
    /// So large a share of the cells missing.
    case missing(Double)
    /// Every row a picture, with a mark over it.
    case watermark(Watermark)
  }

  /// What becomes of a cell.
  public enum Cell: Sendable, Equatable {
    case kept
    case missing
    case number(Double)
  }

  public var kind: Kind
  public var seed: UInt64
  /// Whether the columns are pixels: their least and greatest values are those of all of them.
  public var arePixels: Bool

  public init(_ kind: Kind, seed: UInt64, arePixels: Bool = false) {
    self.kind = kind
    self.seed = seed
    self.arePixels = arePixels
  }

  /// Whether the kind needs numbers in a column.
  public var needsNumbers: Bool { if case .missing = kind { false } else { true } }

  /// What becomes of the cells of some columns; missing ones stay missing.
  ///
  /// - Parameter columns: Of numbers, but for `missing`; of a watermark all pixels, in order.
  /// - Returns: For each of the columns, a cell for each row.
  public func cells(of columns: [Column]) -> [[Cell]] {
    var generator = SeededGenerator(seed: seed, stream: 0x4D45_5353)
    let statistics = columns.map { column -> NumberStatistics? in
      guard case .numbers(let numbers) = column.values else { return nil }
      return NumberStatistics(of: numbers)
    }
    let roundings = statistics.map { DecimalRounding(quantum: ($0?.standardDeviation ?? 0) * 1e-4) }
    // A picture's white is the brightest pixel of all of them.
    let brightest = statistics.reduce(0) { max($0, $1?.maximum ?? 0) }
    let darkest = statistics.reduce(brightest) { min($0, $1?.minimum ?? brightest) }
    var cells = columns.map { Array(repeating: Cell.kept, count: $0.count) }
    for row in 0..<(columns.first?.count ?? 0) {
      for (position, column) in columns.enumerated() where !column.values.isMissing(row) {
        cells[position][row] = cell(
          column.values.number(row), position, statistics[position], roundings[position],
          range: (darkest, brightest), &generator)
      }
    }
    return cells
  }

  private func cell(
    _ number: Double, _ position: Int, _ statistics: NumberStatistics?, _ rounding: DecimalRounding,
    range: (darkest: Double, brightest: Double), _ generator: inout SeededGenerator
  ) -> Cell {
    switch kind {
    case .saltPepper(let share):
      let (place, side) = (generator.uniform(), generator.uniform())
      guard place < share, let statistics else { return .kept }
      if arePixels { return .number(side < 0.5 ? range.darkest : range.brightest) }
      return .number(side < 0.5 ? statistics.minimum : statistics.maximum)
    case .gaussian(let deviations):
      let noise = deviations * (statistics?.standardDeviation ?? 0) * generator.normal()
      return .number(rounding.rounded(number + noise))
    case .mask(let share): return generator.uniform() < share ? .number(0) : .kept
    case .missing(let share): return generator.uniform() < share ? .missing : .kept
    case .watermark(let mark):
      guard let (value, opacity) = mark.pixel(position), opacity > 0 else { return .kept }
      return .number(rounding.rounded(number + opacity * (value * range.brightest - number)))
    }
  }
}

extension ColumnValues {
  fileprivate func number(_ row: Int) -> Double {
    if case .numbers(let numbers) = self { numbers[row] } else { 0 }
  }
}
