import Tables

/// Some rows to be compressed, or come back: numbers within a bound, all else as its text.
struct BlockContents: Equatable {
  var rowCount = 0
  /// The columns of numbers, in the file's order; NaN is missing.
  var numbers: [[Double]] = []
  /// The other columns, in the file's order.
  var texts: [CellTexts] = []
}

/// A column's cells as they stand in the file, one after another.
struct CellTexts: Equatable {
  var bytes: [UInt8] = []
  var ends: [Int] = []

  func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

  mutating func append(_ cell: ArraySlice<UInt8>) {
    bytes.append(contentsOf: cell)
    ends.append(bytes.count)
  }

  mutating func append(_ rows: Range<Int>, of column: TextColumn) {
    for row in rows { append(column.bytes[column.range(row)]) }
  }
}

/// Cells of text as bytes and back: their different texts and which of them each cell is, or all
/// of them where nearly all differ.
enum TextCoding {
  static func bytes(_ cells: CellTexts) -> [UInt8] {
    var places: [ArraySlice<UInt8>: Int64] = [:]
    var order: [ArraySlice<UInt8>] = []
    var codes: [Int64] = []
    for row in cells.ends.indices {
      let cell = cells.bytes[cells.range(row)]
      if let place = places[cell] {
        codes.append(place)
      } else {
        places[cell] = Int64(order.count)
        codes.append(Int64(order.count))
        order.append(cell)
      }
    }
    var writer = ByteWriter()
    if order.count * 2 <= cells.ends.count || order.count <= 1 {
      writer.write(order.count)
      for text in order { writer.write(text) }
      if order.count > 1 { writer.append(IntegerPlanes.bytes(codes)) }
    } else {
      writer.write(0)
      let lengths = IntegerPlanes.bytes(
        cells.ends.indices.map { Int64(cells.range($0).count) })
      writer.write(lengths)
      writer.append(cells.bytes)
    }
    return writer.bytes
  }

  static func cells(
    _ bytes: [UInt8], rowCount: Int
  ) throws(CompressionError.Problem) -> CellTexts {
    var reader = ByteReader(bytes)
    var cells = CellTexts()
    let count = try reader.count(limit: bytes.count)
    if count > 0 {
      var order: [ArraySlice<UInt8>] = []
      for _ in 0..<count { order.append(try reader.text()) }
      let codes =
        count == 1
        ? Array(repeating: 0, count: rowCount)
        : try IntegerPlanes.numbers(Array(try reader.rest()), count: rowCount)
      for code in codes {
        guard order.indices.contains(Int(code)) else { throw .damaged }
        cells.append(order[Int(code)])
      }
      return cells
    }
    let lengths = try IntegerPlanes.numbers(Array(try reader.text()), count: rowCount)
    for length in lengths { cells.append(try reader.take(Int(length))) }
    return cells
  }
}
