import AEPCA
import FuzzSupport

/// A table read in pieces is the table read at once, or both are refused with the same words.
///
/// The first byte chooses the dialect, the second the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  guard bytes.count > 2 else { return 0 }
  let text = Array(bytes.dropFirst(2))
  var options = TableReadingOptions()
  options.format.hasHeader = bytes[0] & 1 == 0
  options.format.delimiter = [44, 59, 9, 124][Int(bytes[0] >> 1) % 4]
  let atOnce = outcome(MemoryInput(text, name: "input"), options)
  let inPieces = outcome(PiecewiseInput(text, seed: UInt64(bytes[1])), options)
  require(atOnce == inPieces, "at once: \(atOnce)\nin pieces: \(inPieces)")
  return 0
}

private enum Outcome: Equatable {
  case table(Table, notes: [String])
  case refused(String)
}

private func outcome(_ source: any ByteSource, _ options: TableReadingOptions) -> Outcome {
  do {
    var reader = try TableReader(source: source, options: options)
    let table = try reader.readAll()
    require(
      table.columns.allSatisfy { $0.count == table.rowCount }, "columns differ in length")
    return .table(table, notes: reader.notes)
  } catch {
    return .refused("\(error)")
  }
}
