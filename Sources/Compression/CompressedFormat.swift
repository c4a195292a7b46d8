/// The bytes around blocks: a header, a frame for each block, an end mark, each with a checksum.
enum CompressedFormat {
  static let version = 1
  private static let fileMark = Array("AEZ".utf8)
  static let blockMark = Array("AEZB".utf8)
  static let endMark = Array("AEZE".utf8)
  /// Mark, row number, row count, byte count, checksum of the bytes, checksum of these five.
  static let frameSize = 24
  static let rowsPerBlock = 16_384
  static let blockSizeLimit = 1 << 30

  /// What a file says before its first block.
  struct Header: Equatable {
    /// Of the model file it was compressed with.
    var modelChecksum: UInt32
    var modelSize: Int
    var columns: [Column]

    struct Column: Equatable {
      var name: String
      /// How far cells may be off; nil for a column kept exactly, as text.
      var bound: Double?
    }
  }

  static func encoded(_ header: Header) -> [UInt8] {
    var writer = ByteWriter()
    writer.writeFixed(header.modelChecksum)
    writer.write(header.modelSize)
    writer.write(header.columns.count)
    for column in header.columns {
      writer.write(column.name.utf8)
      writer.write(UInt64(column.bound == nil ? 0 : 1))
      if let bound = column.bound {
        writer.writeFixed(UInt32(truncatingIfNeeded: bound.bitPattern))
        writer.writeFixed(UInt32(truncatingIfNeeded: bound.bitPattern >> 32))
      }
    }
    let frame = Zstandard.compressed(writer.bytes)
    var file = ByteWriter()
    file.append(fileMark + [UInt8(version)])
    file.writeFixed(UInt32(frame.count))
    file.writeFixed(Zlib.checksum(frame))
    file.append(frame)
    return file.bytes
  }

  /// - Parameter start: The file's first twelve bytes.
  /// - Returns: How many bytes of header follow, and their checksum.
  static func headerSize(
    _ start: [UInt8]
  ) throws(CompressionError.Problem) -> (size: Int, checksum: UInt32) {
    guard start.count == 12, start.starts(with: fileMark) else { throw .notCompressed }
    guard Int(start[3]) <= version, start[3] > 0 else {
      throw .newerFormat(found: Int(start[3]), supported: version)
    }
    var reader = ByteReader(Array(start[4...]))
    let size = Int(try reader.fixed())
    guard size <= blockSizeLimit else { throw .headerDamaged }
    return (size, try reader.fixed())
  }

  static func header(
    _ frame: [UInt8], checksum: UInt32
  ) throws(CompressionError.Problem) -> Header {
    guard Zlib.checksum(frame) == checksum,
      let bytes = Zstandard.decompressed(frame[...], limit: blockSizeLimit)
    else { throw .headerDamaged }
    var reader = ByteReader(bytes)
    var header = Header(
      modelChecksum: try reader.fixed(), modelSize: try reader.count(limit: .max >> 1),
      columns: [])
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      let name = String(decoding: try reader.text(), as: UTF8.self)
      var bound: Double?
      switch try reader.number() {
      case 0: break
      case 1:
        let low = UInt64(try reader.fixed())
        let found = Double(bitPattern: low | UInt64(try reader.fixed()) << 32)
        guard found >= 0, found.isFinite else { throw .headerDamaged }
        bound = found
      default: throw .headerDamaged
      }
      header.columns.append(Header.Column(name: name, bound: bound))
    }
    // Rows of nothing could not even be counted in a table.
    guard !header.columns.isEmpty else { throw .headerDamaged }
    return header
  }

  /// What stands before the bytes of a block, or at the end of the file.
  struct Frame: Equatable {
    /// Rows before this block, or of the whole file.
    var firstRow: Int
    var rowCount: Int
    var byteCount: Int
    var checksum: UInt32
    var isEnd: Bool
  }

  static func encoded(_ frame: Frame) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(frame.isEnd ? endMark : blockMark)
    // Rows are counted to four thousand million; beyond, only messages would name others.
    writer.writeFixed(UInt32(truncatingIfNeeded: frame.firstRow))
    writer.writeFixed(UInt32(frame.rowCount))
    writer.writeFixed(UInt32(frame.byteCount))
    writer.writeFixed(frame.checksum)
    writer.writeFixed(Zlib.checksum(writer.bytes))
    return writer.bytes
  }

  /// The frame that some bytes are; nil when they are none, or were altered.
  static func frame(_ bytes: [UInt8]) -> Frame? {
    guard bytes.count == frameSize else { return nil }
    let isEnd = bytes.starts(with: endMark)
    guard isEnd || bytes.starts(with: blockMark) else { return nil }
    var reader = ByteReader(Array(bytes[4...]))
    guard let first = try? reader.fixed(), let rows = try? reader.fixed(),
      let size = try? reader.fixed(), let checksum = try? reader.fixed(),
      let own = try? reader.fixed(), own == Zlib.checksum(bytes[..<20]),
      size <= blockSizeLimit, rows <= 1 << 24
    else { return nil }
    return Frame(
      firstRow: Int(first), rowCount: Int(rows), byteCount: Int(size), checksum: checksum,
      isEnd: isEnd)
  }
}
