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

  /// The features of a block's rows.
  ///
  /// - Returns: Shape `[rows, features]`, or the name of a column with a missing cell.
  func matrix(_ block: TableBlock) -> Result<Matrix<Double>, MissingCell> {
    var result = Matrix<Double>(rowCount: block.rowCount, columnCount: count)
    // Some rows at a time, so that they stay in the cache while their columns are filled.
    for first in stride(from: 0, to: block.rowCount, by: 64) {
      let rows = first..<min(first + 64, block.rowCount)
      for (column, start) in zip(block.columns, starts) {
        switch column.values {
        case .numbers(let numbers):
          guard result.setColumn(start, rows: rows, to: numbers) else {
            return .failure(MissingCell(column: column.name))
          }
        case .codes(let codes):
          for row in rows {
            if codes[row] < 0 { return .failure(MissingCell(column: column.name)) }
            result[row, start + Int(codes[row])] = 1
          }
        case .texts: preconditionFailure("texts have no features")
        }
      }
    }
    return .success(result)
  }

  struct MissingCell: Error {
    let column: String
  }
}
