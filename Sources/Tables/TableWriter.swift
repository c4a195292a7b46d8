import CSV
import Files

/// Writes tables, or numbers beside columns that are passed on, as CSV.
///
/// It owns its file, which appears when ``commit()`` has been called, and not at all otherwise.
public struct TableWriter: ~Copyable {
  private var writer: CSVWriter

  public init(to output: consuming OutputFile, delimiter: UInt8 = UInt8(ascii: ",")) {
    writer = CSVWriter(to: output, delimiter: delimiter)
  }

  /// Writes the columns' names.
  public mutating func writeHeader(_ names: [String]) throws(FileError) {
    for name in names { writer.write(name) }
    try writer.endRecord()
  }

  /// Writes rows: first the kept columns, then the typed ones.
  public mutating func write(
    _ columns: [Column], keeping keptColumns: [TextColumn] = []
  ) throws(FileError) {
    let rowCount = columns.first?.count ?? keptColumns.first?.count ?? 0
    // Taken apart once: passing a whole column on for each cell would count its references.
    let values = columns.map(\.values)
    let formats = columns.map { $0.schema.kind == .date ? $0.schema.dateFormat : nil }
    for row in 0..<rowCount {
      for index in keptColumns.indices { write(keptColumns[index], row) }
      for index in values.indices {
        switch values[index] {
        case .numbers(let numbers):
          if let format = formats[index] {
            writer.write(format.text(numbers[row]))
          } else {
            writer.write(numbers[row])
          }
        case .codes(let codes):
          if codes[row] < 0 {
            writer.writeMissing()
          } else {
            writer.write(columns[index].schema.levels[Int(codes[row])])
          }
        case .texts(let texts):
          if let text = texts[row] { writer.write(text) } else { writer.writeMissing() }
        }
      }
      try writer.endRecord()
    }
  }

  /// Writes a block of rows, first its kept columns, then its typed ones.
  public mutating func write(_ block: TableBlock) throws(FileError) {
    try write(block.columns, keeping: block.keptColumns)
  }

  /// Writes a table with its header.
  public mutating func write(_ table: Table) throws(FileError) {
    try writeHeader(table.columns.map(\.name))
    try write(table.columns)
  }

  /// Writes rows of numbers, shortest text that reads back to the same `Float`.
  ///
  /// - Parameters:
  ///   - elements: Row by row, `columnCount` numbers each; NaN is missing.
  ///   - keptColumns: Go before the numbers; as many rows.
  public mutating func write(
    rows elements: [Float], columnCount: Int, keeping keptColumns: [TextColumn] = []
  ) throws(FileError) {
    for row in 0..<elements.count / columnCount {
      for index in keptColumns.indices { write(keptColumns[index], row) }
      for element in elements[row * columnCount..<(row + 1) * columnCount] {
        writer.write(element)
      }
      try writer.endRecord()
    }
  }

  /// Writes rows of numbers, shortest text that reads back to the same `Double`.
  ///
  /// - Parameters:
  ///   - elements: Row by row, `columnCount` numbers each; NaN is missing.
  ///   - keptColumns: Go before the numbers; as many rows.
  public mutating func write(
    rows elements: [Double], columnCount: Int, keeping keptColumns: [TextColumn] = []
  ) throws(FileError) {
    for row in 0..<elements.count / columnCount {
      for index in keptColumns.indices { write(keptColumns[index], row) }
      for element in elements[row * columnCount..<(row + 1) * columnCount] {
        writer.write(element)
      }
      try writer.endRecord()
    }
  }

  /// Brings the file to the disk and puts it in its place.
  public consuming func commit() throws(FileError) { try writer.commit() }

  private mutating func write(_ column: borrowing TextColumn, _ row: Int) {
    writer.write(column.bytes.span.extracting(column.range(row)))
  }
}
