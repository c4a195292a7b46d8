import CSV
import Files

struct ReadTable: Equatable {
  var names: [String]
  var rows: [[String]] = []
  var lines: [Int] = []
}

/// All records of a file with these bytes, called "data.csv".
func read(
  _ bytes: [UInt8], hasHeader: Bool = true, delimiter: UInt8 = UInt8(ascii: ","),
  pieceSize: Int = 1 << 18
) throws -> ReadTable {
  let reader = try CSVReader(
    MemoryInput(bytes, name: "data.csv"),
    format: CSVFormat(delimiter: delimiter, hasHeader: hasHeader), pieceSize: pieceSize)
  var block = RecordBlock()
  var table = ReadTable(names: reader.names)
  while try reader.read(into: &block) {
    for record in 0..<block.recordCount {
      table.rows.append((0..<block.columnCount).map { block.text(record, $0) })
    }
    table.lines += block.lines
  }
  return table
}

func read(
  _ text: String, hasHeader: Bool = true, delimiter: UInt8 = UInt8(ascii: ","),
  pieceSize: Int = 1 << 18
) throws -> ReadTable {
  try read(
    Array(text.utf8), hasHeader: hasHeader, delimiter: delimiter, pieceSize: pieceSize)
}

/// The description of the error that reading throws.
func failure(_ bytes: [UInt8], hasHeader: Bool = true, pieceSize: Int = 1 << 18) -> String {
  do {
    return "read as \(try read(bytes, hasHeader: hasHeader, pieceSize: pieceSize))"
  } catch {
    return "\(error)"
  }
}

func failure(_ text: String, hasHeader: Bool = true, pieceSize: Int = 1 << 18) -> String {
  failure(Array(text.utf8), hasHeader: hasHeader, pieceSize: pieceSize)
}
