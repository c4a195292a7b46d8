import CSV
import Files

/// Writes tables, or numbers beside columns that are passed on, as CSV.
///
/// It owns its file, which appears when ``commit()`` has been called, and not at all otherwise.
public struct TableWriter: ~Copyable {
  private var writer: CSVWriter

  /// Whether an apostrophe goes before text that a spreadsheet program may take for a formula;
  /// names and cells alike, never numbers.
  public var escapesFormulas: Bool {
    get { writer.escapesFormulas }
    set { writer.escapesFormulas = newValue }
  }

  public init(to output: consuming OutputFile, delimiter: UInt8 = UInt8(ascii: ",")) {
    writer = CSVWriter(to: output, delimiter: delimiter)
  }

  public init(to output: consuming OutputFile, style: CSVStyle) {
    writer = CSVWriter(to: output, style: style)
  }

  /// Writes the columns' names, unless the style wants none.
  public mutating func writeHeader(_ names: [String]) throws(FileError) {
    guard writer.style.hasHeader else { return }
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
    if keptColumns.isEmpty, let rows = rows(of: values, formats) {
      return try writer.write(rows: rows, columnCount: values.count)
    }
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

  /// Columns that are all numbers, row by row; nil for others.
  private func rows(of values: [ColumnValues], _ formats: [DateFormat?]) -> [Double]? {
    guard !values.isEmpty, formats.allSatisfy({ $0 == nil }) else { return nil }
    let width = values.count
    var rows = [Double](repeating: 0, count: width * values[0].count)
    for (column, cells) in values.enumerated() {
      guard case .numbers(let numbers) = cells else { return nil }
      var place = column
      for number in numbers {
        rows[place] = number
        place += width
      }
    }
    return rows
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
    if keptColumns.isEmpty { return try writer.write(rows: elements, columnCount: columnCount) }
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
    if keptColumns.isEmpty { return try writer.write(rows: elements, columnCount: columnCount) }
    for row in 0..<elements.count / columnCount {
      for index in keptColumns.indices { write(keptColumns[index], row) }
      for element in elements[row * columnCount..<(row + 1) * columnCount] {
        writer.write(element)
      }
      try writer.endRecord()
    }
  }

  /// Hands what was written so far to the system.
  public mutating func flush() throws(FileError) { try writer.flush() }

  /// Brings the file to the disk and puts it in its place.
  public consuming func commit() throws(FileError) { try writer.commit() }

  private mutating func write(_ column: borrowing TextColumn, _ row: Int) {
    writer.write(column.bytes.span.extracting(column.range(row)))
  }
}
