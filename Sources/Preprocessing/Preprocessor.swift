import LinearAlgebra
import Tables

/// Learns from training rows how a table becomes a matrix.
public struct Preprocessor: Sendable {
  public var scaling: Scaling
  /// Takes the columns, as many as it has pixels, for pictures, all scaled alike from 0 to 1.
  public var image: ImageShape?

  public init(scaling: Scaling = .standard, image: ImageShape? = nil) {
    self.scaling = scaling
    self.image = image
  }

  /// Learns one coding for each column of numbers, dates, booleans or categories.
  ///
  /// Identifiers and free text are left out and listed in ``FittedPreprocessor/leftOut``.
  ///
  /// - Throws: ``PreprocessingError`` when there are no rows or no column is usable or varies.
  /// - Complexity: O(cells).
  public func fit(_ table: Table) throws(PreprocessingError) -> FittedPreprocessor {
    guard table.rowCount > 0 else { throw PreprocessingError(.noRows) }
    if let image { return try fitPixels(table, of: image) }
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
    return try fitted(schema, codings, leftOut: leftOut)
  }
  /// What is known of a column that was not held in memory.
  package enum ColumnSummary: Sendable {
    case numbers(NumberStatistics)
    /// How many cells show each level.
    case levels([Int])
  }

  /// Learns the codings from summaries of complete columns.
  ///
  /// - Parameter scaling: Any but ``Scaling/robust``, whose quartiles need the cells.
  package func fit(
    _ columns: [(schema: ColumnSchema, summary: ColumnSummary)], leftOut: [ColumnSchema]
  ) throws(PreprocessingError) -> FittedPreprocessor {
    precondition(scaling != .robust, "quartiles cannot be told from a summary")
    var codings: [ColumnCoding] = []
    for (schema, summary) in columns {
      switch summary {
      case .numbers(let statistics):
        codings.append(try ColumnCoding(statistics, scaling: scaling, column: schema.name))
      case .levels(let counts): codings.append(ColumnCoding(levelCounts: counts))
      }
    }
    return try fitted(TableSchema(columns: columns.map(\.schema)), codings, leftOut: leftOut)
  }

  private func fitted(
    _ schema: TableSchema, _ codings: [ColumnCoding], leftOut: [ColumnSchema]
  ) throws(PreprocessingError) -> FittedPreprocessor {
    guard !codings.isEmpty || leftOut.isEmpty else {
      throw PreprocessingError(.nothingUsable(leftOut: leftOut))
    }
    guard codings.contains(where: { !$0.isConstant }) else {
      throw PreprocessingError(.nothingVaries(columnCount: codings.count))
    }
    return FittedPreprocessor(
      schema: schema, codings: codings, leftOut: leftOut, scaling: scaling)
  }
}
