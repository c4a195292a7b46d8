extension Table {
  /// The columns that are the pixels of pictures of a shape, in their order.
  ///
  /// Those named as ``ImageShape/columnNames`` says, whatever stands beside them, or else all columns
  /// of numbers, which must be as many as the pixels.
  ///
  /// - Parameters:
  ///   - shape: Nil takes the one that the names of the columns tell.
  ///   - path: Of the table's file, for errors.
  public func pixels(
    of shape: ImageShape?, path: String
  ) throws(TableError) -> (shape: ImageShape, columns: [Column]) {
    guard let shape = shape ?? ImageShape(namedBy: columns.map(\.name)) else {
      throw TableError(.noPixelNames, path: path)
    }
    var named: [String: Column] = [:]
    for column in columns { named[column.name] = column }
    var found = shape.columnNames.compactMap { named[$0] }
    if found.count < shape.pixelCount { found = columns.filter { $0.schema.kind == .number } }
    guard found.count == shape.pixelCount else {
      throw TableError(.pixelCount(shape, found: found.count), path: path)
    }
    for column in found where column.schema.kind != .number {
      throw TableError(.notPixels(column.schema.kind), path: path, column: column.name)
    }
    return (shape, found)
  }
}

extension TableSchema {
  /// The columns that are the pixels of pictures of a shape, as ``Table/pixels(of:path:)`` finds
  /// them.
  public func pixels(
    of shape: ImageShape?, path: String
  ) throws(TableError) -> (shape: ImageShape, schema: TableSchema) {
    let (shape, found) = try Table(columns: columns.map(Column.init(withoutCells:)))
      .pixels(of: shape, path: path)
    return (shape, TableSchema(columns: found.map(\.schema)))
  }
}
