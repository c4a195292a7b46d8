/// Columns of equal length, their names all different.
public struct Table: Sendable, Equatable {
  public let columns: [Column]
  public let rowCount: Int

  public init(columns: [Column]) {
    rowCount = columns.first?.count ?? 0
    precondition(
      columns.allSatisfy { [rowCount] in $0.count == rowCount }, "columns differ in length")
    self.columns = columns
  }

  public var schema: TableSchema { TableSchema(columns: columns.map(\.schema)) }

  public subscript(name: String) -> Column? { columns.first { $0.name == name } }

  /// Some consecutive rows.
  ///
  /// - Complexity: O(their cells), which are copied unless they are all there are.
  public func rows(_ rows: Range<Int>) -> Table {
    if rows == 0..<rowCount { return self }
    return Table(columns: columns.map { Column(schema: $0.schema, values: $0.values.cells(rows)) })
  }
}

/// What a table is like, without its cells.
public struct TableSurvey: Sendable, Equatable {
  public let schema: TableSchema
  public let rowCount: Int
  /// Whether the kinds are those of the first rows and the rows a count of lines: right for most tables
  /// of numbers, and to be checked while the cells are read.
  public let isPresumed: Bool
  /// Whether the rows of a presumed survey are not even counted: about so many is all that is known.
  public let isEstimated: Bool

  public init(
    schema: TableSchema, rowCount: Int, isPresumed: Bool = false, isEstimated: Bool = false
  ) {
    self.schema = schema
    self.rowCount = rowCount
    self.isPresumed = isPresumed
    self.isEstimated = isEstimated
  }
}
