import AEPCA
import FuzzSupport

/// A whole compressed table to begin from, and its model.
nonisolated(unsafe) private let good: (model: TableModel, modelBytes: [UInt8], bytes: [UInt8]) = {
  let model = GoodModels.fit(.autoencoder)
  do {
    let modelBytes = try ModelFile.encode(model, toolVersion: "fuzz")
    let text = "a,b,c,side,note\n" + (0..<40).map { "0.\($0),1,-\($0),left,n\($0)\n" }.joined()
    let reader = try TableReader(source: MemoryInput(Array(text.utf8), name: "table"))
    let names = ["a", "b", "c", "side", "note"]
    var blocks = try reader.blocks(of: model.schema, keeping: names)
    var compressor = try TableCompressor(
      model, modelBytes: modelBytes, fileColumns: names, bounds: ErrorBounds(relative: 0.01),
      path: "table")
    var bytes: [UInt8] = []
    while let block = try blocks.next() { bytes += try compressor.add(block) }
    return (model, modelBytes, bytes + (try compressor.finish()))
  } catch {
    fatalError("a good table is compressed: \(error)")
  }
}()

/// A compressed table with some bytes altered, the checksums made right again, gives rows or is
/// refused.
///
/// The input is a list of places (two bytes) and what to put there (one byte); the first byte says
/// whether damaged blocks are skipped.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let edits = unsafe inputBytes(start, count)
  guard let first = edits.first else { return 0 }
  var bytes = good.bytes
  for edit in stride(from: 1, to: edits.count - 2, by: 3) {
    bytes[(Int(edits[edit]) << 8 | Int(edits[edit + 1])) % bytes.count] = edits[edit + 2]
  }
  repairChecksums(&bytes)
  do {
    let decompressor = try TableDecompressor(
      MemoryInput(bytes, name: "input"), good.model, modelBytes: good.modelBytes,
      skipsDamaged: first & 1 == 1)
    while let columns = try decompressor.next() {
      require(!columns.isEmpty, "rows have columns")
    }
  } catch {
    require(!"\(error)".isEmpty, "a refusal says something")
  }
  return 0
}

/// Those of the header, of each frame and of its bytes, as long as sizes lead to the next one.
private func repairChecksums(_ bytes: inout [UInt8]) {
  func size(at place: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }
  func repair(at place: Int, over range: Range<Int>) {
    let checksum = crc32(bytes[range])
    for index in 0..<4 {
      bytes[place + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index)))
    }
  }
  guard bytes.count >= 12, size(at: 4) <= bytes.count - 12 else { return }
  var next = 12 + size(at: 4)
  repair(at: 8, over: 12..<next)
  while bytes.count - next >= 24 {
    let byteCount = size(at: next + 12)
    guard byteCount <= bytes.count - next - 24 else { return }
    repair(at: next + 16, over: next + 24..<next + 24 + byteCount)
    repair(at: next + 20, over: next..<next + 20)
    next += 24 + byteCount
  }
}

/// The CRC-32 of gzip, bit by bit.
private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~bytes.reduce(UInt32.max) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
      crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
    }
  }
}
