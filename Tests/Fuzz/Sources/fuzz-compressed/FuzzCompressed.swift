import AEPCA
import FuzzSupport
import Glibc

/// A whole compressed table to begin from, and its model.
nonisolated(unsafe) private let good: (model: TableModel, modelBytes: [UInt8], bytes: [UInt8]) = {
  let model = GoodModels.fit(.autoencoder)
  do {
    let modelBytes = try ModelFile.encode(model, toolVersion: "fuzz")
    let text = "a,b,c,side,note\n" + (0..<40).map { "0.\($0),1,-\($0),left,n\($0)\n" }.joined()
    let reader = TableReader(source: MemoryInput(Array(text.utf8), name: "table"))
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

/// The same bytes as gzip and Zstandard hold them, by the ends of their names.
private let packed: [String: [UInt8]] = {
  do {
    var packed: [String: [UInt8]] = [:]
    for ending in ["gz", "zst"] {
      let path = scratchPath(ending)
      var file = try OutputFile(path: path)
      unsafe try file.write(good.bytes.span)
      try file.commit()
      packed[ending] = try InputFile(path: path).readAll()
    }
    return packed
  } catch {
    fatalError("good bytes are compressed: \(error)")
  }
}()

/// A compressed table with some bytes altered, the checksums made right again, gives rows or is
/// refused; and so a file that gzip or Zstandard has compressed.
///
/// The input is a list of places (two bytes) and what to put there (one byte). The first byte says
/// what is altered, whether damaged blocks are skipped, and whether the file is cut at the first
/// place.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let edits = unsafe inputBytes(start, count)
  guard let first = edits.first else { return 0 }
  switch first >> 1 & 3 {
  case 1: unpack(altered(packed["gz"] ?? [], edits), "gz")
  case 2: unpack(altered(packed["zst"] ?? [], edits), "zst")
  default:
    var bytes = unsafe altered(good.bytes, edits)
    repairChecksums(&bytes)
    decompress(bytes, skipsDamaged: first & 1 == 1)
  }
  return 0
}

private func altered(_ bytes: [UInt8], _ edits: [UInt8]) -> [UInt8] {
  var bytes = bytes
  func place(_ edit: Int) -> Int {
    (Int(edits[edit]) << 8 | Int(edits[edit + 1])) % bytes.count
  }
  for edit in stride(from: 1, to: edits.count - 2, by: 3) {
    bytes[place(edit)] = edits[edit + 2]
  }
  if edits[0] & 8 != 0, edits.count > 2 { bytes.removeLast(bytes.count - place(1)) }
  return bytes
}

private func scratchPath(_ ending: String) -> String {
  "/tmp/fuzz-compressed-\(getpid()).\(ending)"
}

/// What a file gives is the same in reads of any size.
private func unpack(_ bytes: [UInt8], _ ending: String) {
  let path = scratchPath(ending)
  let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  require(unsafe write(file, bytes, bytes.count) == bytes.count, "\(path) cannot be written")
  close(file)
  func contents(bytesAtOnce: Int) -> Result<[UInt8], FileError> {
    Result { () throws(FileError) in
      let source = try CompressedInput.open(path: path)
      var buffer = [UInt8](repeating: 0, count: bytesAtOnce)
      var contents: [UInt8] = []
      while true {
        let count = try source.read(into: &buffer, 0..<bytesAtOnce)
        if count == 0 { return contents }
        contents += buffer[..<count]
      }
    }
  }
  require(
    contents(bytesAtOnce: 1 << 16) == contents(bytesAtOnce: 7), "reads of 7 bytes give others")
}

private func decompress(_ bytes: [UInt8], skipsDamaged: Bool) {
  do {
    let decompressor = unsafe try TableDecompressor(
      MemoryInput(bytes, name: "input"), good.model, modelBytes: good.modelBytes,
      skipsDamaged: skipsDamaged)
    while let columns = try decompressor.next() {
      require(!columns.isEmpty, "rows have columns")
      require(
        columns.allSatisfy { $0.count == columns[0].count }, "columns differ in length")
    }
  } catch {
    require(!"\(error)".isEmpty, "a refusal says something")
  }
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
