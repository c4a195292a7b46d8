/// The bytes around blocks: a header and a frame for each block, each with a checksum; the last
/// frame says that it is.
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
    /// Nil for the model's own columns, in its order.
    var columns: [Column]?

    struct Column: Equatable {
      var name: String
      /// Whether cells are numbers within a bound; else they are kept exactly, as text.
      var isNumber: Bool
    }
  }

  static func encoded(_ header: Header) -> [UInt8] {
    var writer = ByteWriter()
    writer.writeFixed(header.modelChecksum)
    writer.write(header.modelSize)
    if let columns = header.columns {
      writer.write(columns.count + 1)
      for column in columns {
        writer.write(column.name.utf8)
        writer.write(UInt64(column.isNumber ? 1 : 0))
      }
    } else {
      writer.write(0)
    }
    let compressed = Zstandard.compressed(writer.bytes)
    let frame =
      compressed.count < writer.bytes.count ? [1] + compressed : [0] + writer.bytes
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
    guard Zlib.checksum(frame) == checksum else { throw .headerDamaged }
    let content = frame.dropFirst()
    let bytes: [UInt8]? =
      switch frame.first {
      case 0: Array(content)
      case 1: Zstandard.decompressed(content, limit: blockSizeLimit)
      default: nil
      }
    guard let bytes else { throw .headerDamaged }
    var reader = ByteReader(bytes)
    var header = Header(
      modelChecksum: try reader.fixed(), modelSize: try reader.count(limit: .max >> 1))
    let count = try reader.count(limit: bytes.count + 1)
    guard count > 0 else { return header }
    var columns: [Header.Column] = []
    for _ in 1..<count {
      let name = String(decoding: try reader.text(), as: UTF8.self)
      let isNumber = try reader.number()
      guard (0...1).contains(isNumber) else { throw .headerDamaged }
      columns.append(Header.Column(name: name, isNumber: isNumber == 1))
    }
    // Rows of nothing could not even be counted in a table.
    guard !columns.isEmpty else { throw .headerDamaged }
    header.columns = columns
    return header
  }

  /// What stands before the bytes of a block.
  struct Frame: Equatable {
    /// Rows before this block.
    var firstRow: Int
    var rowCount: Int
    var byteCount: Int
    var checksum: UInt32
    /// Whether no block follows.
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
