import LinearAlgebra
import Tables

/// The cells of complete columns as numbers in their own units: a number or date as it is, a category
/// as one indicator for each level.
struct RawFeatures {
  let columns: [ColumnSchema]
  /// Where the features of each column begin.
  let starts: [Int]
  let count: Int

  init(columns: [ColumnSchema]) {
    self.columns = columns
    var starts: [Int] = []
    var count = 0
    for column in columns {
      starts.append(count)
      count += column.levels.isEmpty ? 1 : column.levels.count
    }
    self.starts = starts
    self.count = count
  }

  /// The features of some rows of a block.
  ///
  /// - Parameter rows: Positions in the block.
  /// - Returns: Shape `[rows, features]`, or the name of a column with a missing cell.
  func matrix(_ block: TableBlock, rows: [Int]) -> Result<Matrix<Double>, MissingCell> {
    var result = Matrix<Double>(rowCount: rows.count, columnCount: count)
    for (column, start) in zip(block.columns, starts) {
      switch column.values {
      case .numbers(let numbers):
        for (place, row) in rows.enumerated() {
          if numbers[row].isNaN { return .failure(MissingCell(column: column.name)) }
          result[place, start] = numbers[row]
        }
      case .codes(let codes):
        for (place, row) in rows.enumerated() {
          if codes[row] < 0 { return .failure(MissingCell(column: column.name)) }
          result[place, start + Int(codes[row])] = 1
        }
      case .texts: preconditionFailure("texts have no features")
      }
    }
    return .success(result)
  }

  struct MissingCell: Error {
    let column: String
  }
}
