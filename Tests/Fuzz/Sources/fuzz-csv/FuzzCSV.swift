import AEPCA
import FuzzSupport
@_spi(Fuzzing) import Tables

/// A table is the same, to the bit, however it is read: at once, from a source that gives a few
/// bytes at a time, in chunks of a few bytes, all by libcsv, and block by block; or it is refused
/// in the same words.
///
/// At once, plain rows go through vector code and the others through libcsv, so that the first and
/// the fourth reading compare the two. The first byte chooses options, the second the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  guard bytes.count > 2 else { return 0 }
  let text = Array(bytes.dropFirst(2))
  let options = readingOptions(bytes[0])
  let seed = UInt64(bytes[1])
  let chunkSize = 1 + Int(seed) % 89

  let whole = MemoryInput(text, name: "input")
  let atOnce = outcome(TableReader(source: whole, options: options))
  func check(_ way: String, _ reader: TableReader) {
    let found = outcome(reader)
    require(found == atOnce, "at once: \(atOnce)\n\(way): \(found)")
  }
  check(
    "in pieces", TableReader(source: PiecewiseInput(text, seed: seed), options: options))
  check("in chunks", TableReader(source: whole, options: options, pieceSize: chunkSize))
  var indirect = TableReader(source: whole, options: options)
  indirect.readsDirectly = false
  check("by libcsv", indirect)
  if case .table(let table, _) = atOnce {
    for pieceSize in [1 << 20, chunkSize] {
      checkBlocks(TableReader(source: whole, options: options, pieceSize: pieceSize), table)
    }
  }
  return 0
}

private func readingOptions(_ choice: UInt8) -> TableReadingOptions {
  var options = TableReadingOptions()
  options.format.hasHeader = choice & 1 == 0
  options.format.delimiter = [44, 59, 9, 124][Int(choice >> 1) % 4]
  if choice & 8 != 0 { options.dialect = DialectHints() }
  if choice & 16 != 0 { options.format.decimal = UInt8(ascii: ",") }
  if choice & 32 != 0 { options.missingWords = ["-99", "abc"] }
  if choice & 64 != 0 { options.format.raggedRows = .padOrCut }
  options.threads = choice & 128 == 0 ? 1 : 2
  return options
}

private enum Outcome: Equatable {
  case table(Table, notes: [String])
  case refused(String)

  static func == (left: Outcome, right: Outcome) -> Bool {
    switch (left, right) {
    case (.table(let left, let leftNotes), .table(let right, let rightNotes)):
      leftNotes == rightNotes && left.columns.map(\.schema) == right.columns.map(\.schema)
        && zip(left.columns, right.columns).allSatisfy { areSame($0.values, $1.values) }
    case (.refused(let left), .refused(let right)): left == right
    default: false
    }
  }
}

private func outcome(_ reader: TableReader) -> Outcome {
  var reader = reader
  do {
    let table = try reader.readAll()
    require(
      table.columns.allSatisfy { $0.count == table.rowCount }, "columns differ in length")
    return .table(table, notes: reader.notes)
  } catch {
    return .refused("\(error)")
  }
}

/// The rows of a table that could be read, block by block.
private func checkBlocks(_ reader: TableReader, _ table: Table) {
  do {
    var row = 0
    var blocks = try reader.blocks(of: TableSchema(columns: table.columns.map(\.schema)))
    while let block = try blocks.next() {
      let rows = Array(row..<row + block.rowCount)
      require(row + block.rowCount <= table.rowCount, "more rows in blocks")
      for (found, whole) in zip(block.columns, table.columns) {
        require(
          areSame(found.values, whole.values.rows(rows)),
          "column '\(whole.name)' is \(whole.values), in blocks \(found.values)")
      }
      row += block.rowCount
    }
    require(row == table.rowCount, "\(row) rows in blocks, \(table.rowCount) at once")
  } catch {
    require(false, "a table that can be read at once, but not in blocks: \(error)")
  }
}

extension ColumnValues {
  fileprivate func rows(_ rows: [Int]) -> ColumnValues {
    switch self {
    case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
    case .codes(let codes): .codes(rows.map { codes[$0] })
    case .texts(let texts): .texts(rows.map { texts[$0] })
    }
  }
}

/// Unlike `==` tells 0 from -0.
private func areSame(_ left: ColumnValues, _ right: ColumnValues) -> Bool {
  guard case .numbers(let left) = left, case .numbers(let right) = right else {
    return left == right
  }
  return left.elementsEqual(right) { $0.isNaN && $1.isNaN || $0.bitPattern == $1.bitPattern }
}
