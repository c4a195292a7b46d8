import CSV

/// The cells of a column in some consecutive records, as places in a buffer of bytes.
protocol CellSequence {
  var count: Int { get }
  /// Where a cell stands in the bytes that go with the sequence.
  func range(_ row: Int) -> Range<Int>
  /// The line of the row's record.
  func line(_ row: Int) -> Int
}

/// A column of records that libcsv has read.
struct RecordCells: CellSequence {
  private let ends: [Int]
  private let lines: [Int]
  private let column: Int
  private let columnCount: Int
  private let firstLine: Int

  /// - Parameter line: Where the lines of the records are counted from.
  init(_ block: RecordBlock, column: Int, line: Int) {
    ends = block.fieldEnds
    lines = block.lines
    self.column = column
    columnCount = block.columnCount
    firstLine = line
  }

  var count: Int { lines.count }

  func range(_ row: Int) -> Range<Int> {
    let index = row * columnCount + column
    return (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  func line(_ row: Int) -> Int { firstLine + lines[row] }
}

/// A column of text in plain rows.
struct PlainCells: CellSequence {
  private let starts: ArraySlice<UInt32>
  private let ends: ArraySlice<UInt32>
  /// Where the places of the cells are counted from.
  let offset: Int
  private let firstLine: Int

  /// - Parameter line: Where the lines of the rows are counted from.
  init(_ rows: PlainRows, column: Int, line: Int) {
    (starts, ends) = rows.cells(column)
    offset = rows.offset
    firstLine = line + rows.firstLine
  }

  var count: Int { starts.count }

  func range(_ row: Int) -> Range<Int> {
    offset + Int(starts[starts.startIndex + row])..<offset + Int(ends[ends.startIndex + row])
  }

  func line(_ row: Int) -> Int { firstLine + row }

  /// Where the cells of some rows begin, counted from ``offset``.
  func starts(_ rows: Range<Int>) -> ArraySlice<UInt32> {
    starts[starts.startIndex + rows.lowerBound..<starts.startIndex + rows.upperBound]
  }

  /// Where they end.
  func ends(_ rows: Range<Int>) -> ArraySlice<UInt32> {
    ends[ends.startIndex + rows.lowerBound..<ends.startIndex + rows.upperBound]
  }
}
