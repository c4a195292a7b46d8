import LinearAlgebra
import Tables

/// Learns from training rows how a table becomes a matrix.
public struct Preprocessor: Sendable {
  public var scaling: Scaling

  public init(scaling: Scaling = .standard) {
    self.scaling = scaling
  }

  /// Learns one coding for each column of numbers, dates, booleans or categories.
  ///
  /// Identifiers and free text are left out and listed in ``FittedPreprocessor/leftOut``.
  ///
  /// - Throws: ``PreprocessingError`` when there are no rows or nothing varies.
  /// - Complexity: O(cells).
  public func fit(_ table: Table) throws(PreprocessingError) -> FittedPreprocessor {
    guard table.rowCount > 0 else { throw PreprocessingError(.noRows) }
    var schema = TableSchema(columns: [])
    var codings: [ColumnCoding] = []
    var leftOut: [ColumnSchema] = []
    for column in table.columns {
      if case .texts = column.values {
        leftOut.append(column.schema)
        continue
      }
      codings.append(try ColumnCoding(of: column, scaling: scaling))
      schema.columns.append(column.schema)
    }
    guard codings.contains(where: { !$0.isConstant }) else {
      throw PreprocessingError(.nothingVaries(columnCount: codings.count))
    }
    return FittedPreprocessor(
      schema: schema, codings: codings, leftOut: leftOut, scaling: scaling)
  }
}
