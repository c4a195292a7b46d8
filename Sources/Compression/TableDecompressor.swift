import CSV
import Files
import LatentModels
import Tables

/// Gives the rows of a compressed file back, block by block.
public final class TableDecompressor {
  /// Of the table that was compressed.
  public let columnNames: [String]
  /// What was passed over, one sentence each.
  public private(set) var notes: [String] = []
  /// Rows given back so far.
  public private(set) var rowCount = 0

  private let source: any ByteSource
  private let columns: [CompressedFormat.Header.Column]
  private let coder: BlockCoder
  private let skipsDamaged: Bool
  /// Read but not used yet.
  private var ahead: [UInt8] = []
  private var blockNumber = 0
  private var nextRow = 0
  private var isAtEnd = false

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - modelBytes: The model's file.
  ///   - skipsDamaged: Whether blocks that were altered are passed over, with a note.
  /// - Throws: ``CompressionError``, or `FileError` when the file cannot be read.
  public init(
    _ source: any ByteSource, _ model: TableModel, modelBytes: [UInt8], skipsDamaged: Bool,
    threads: Int = 1
  ) throws {
    self.source = source
    self.skipsDamaged = skipsDamaged
    let header: CompressedFormat.Header
    do {
      let start = try CompressedFormat.headerSize(source.upTo(12))
      let bytes = try source.upTo(start.size)
      header = try CompressedFormat.header(bytes, checksum: start.checksum)
    } catch let problem as CompressionError.Problem {
      throw CompressionError(problem, path: source.name)
    }
    guard header.modelChecksum == Zlib.checksum(modelBytes), header.modelSize == modelBytes.count
    else { throw CompressionError(.otherModel, path: source.name) }
    columns = header.columns ?? CompressedFormat.Header.columns(of: model)
    columnNames = columns.map(\.name)
    coder = BlockCoder(columns, model, threads: threads)
  }

  /// The next rows, the columns in the table's order.
  ///
  /// - Returns: Nil at the end of the file.
  /// - Throws: ``CompressionError`` naming a block that was altered, unless those are skipped.
  public func next() throws -> [TextColumn]? {
    while !isAtEnd {
      guard let frame = try nextFrame() else {
        isAtEnd = true
        let problem = CompressionError.Problem.cutShort(rowsBefore: nextRow)
        guard skipsDamaged else { throw CompressionError(problem, path: source.name) }
        notes.append("\(source.name): cut short after row \(nextRow)")
        return nil
      }
      guard frame.firstRow == nextRow || skipsDamaged else {
        throw CompressionError(.rowsLost(after: nextRow), path: source.name)
      }
      if frame.firstRow > nextRow {
        notes.append(
          "\(source.name): rows \(nextRow + 1) to \(frame.firstRow) are lost with an altered block")
      }
      nextRow = frame.firstRow + frame.rowCount
      isAtEnd = frame.isEnd
      if isAtEnd, frame.byteCount == 0 { return nil }
      blockNumber += 1
      if let contents = try contents(of: frame) {
        rowCount += contents.rowCount
        return texts(contents)
      }
    }
    return nil
  }

  private func contents(of frame: CompressedFormat.Frame) throws -> BlockContents? {
    let bytes = try take(frame.byteCount)
    let isWhole = bytes.count == frame.byteCount && Zlib.checksum(bytes) == frame.checksum
    if isWhole, let contents = try decoded(bytes, frame) { return contents }
    let problem =
      bytes.count < frame.byteCount
      ? CompressionError.Problem.cutShort(rowsBefore: frame.firstRow)
      : .blockDamaged(
        number: blockNumber, firstRow: frame.firstRow + 1, rowCount: frame.rowCount)
    guard skipsDamaged else { throw CompressionError(problem, path: source.name) }
    notes.append(
      "\(source.name): rows \(frame.firstRow + 1) to \(frame.firstRow + frame.rowCount) are lost with "
        + "block \(blockNumber)")
    // The next frame may begin within what a wrong length has taken.
    ahead = bytes + ahead
    return nil
  }

  private func decoded(
    _ bytes: [UInt8], _ frame: CompressedFormat.Frame
  ) throws -> BlockContents? {
    do {
      return try coder.decoded(bytes, rowCount: frame.rowCount)
    } catch is CompressionError.Problem {
      return nil
    }
  }

  /// The next frame in the file; nil at its end.
  ///
  /// With damage to be skipped, it is searched for.
  private func nextFrame() throws -> CompressedFormat.Frame? {
    var position = 0
    while true {
      if ahead.count - position < CompressedFormat.frameSize {
        let more = try source.upTo(1 << 16)
        ahead.removeFirst(position)
        position = 0
        if more.isEmpty { return nil }
        ahead += more
        continue
      }
      if ahead[position] == CompressedFormat.blockMark[0],
        let frame = CompressedFormat.frame(
          Array(ahead[position..<position + CompressedFormat.frameSize]))
      {
        ahead.removeFirst(position + CompressedFormat.frameSize)
        return frame
      }
      guard skipsDamaged else {
        throw CompressionError(.rowsLost(after: nextRow), path: source.name)
      }
      position += 1
    }
  }

  private func take(_ count: Int) throws -> [UInt8] {
    if ahead.count < count { ahead += try source.upTo(count - ahead.count) }
    let taken = Array(ahead.prefix(count))
    ahead.removeFirst(taken.count)
    return taken
  }

  private func texts(_ contents: BlockContents) -> [TextColumn] {
    var numbers = contents.numbers.makeIterator()
    var texts = contents.texts.makeIterator()
    return columns.map { column in
      if column.isNumber {
        return TextColumn(
          name: column.name, texts: (numbers.next() ?? []).map { DecimalText.text(of: $0) })
      }
      let cells = texts.next() ?? CellTexts()
      return TextColumn(name: column.name, bytes: cells.bytes, ends: cells.ends)
    }
  }
}

extension ByteSource {
  /// So many bytes, or as many as are left.
  fileprivate func upTo(_ count: Int) throws(FileError) -> [UInt8] {
    // A length from a damaged file is not taken on trust: memory grows with what is there.
    var bytes: [UInt8] = []
    while bytes.count < count {
      var piece = [UInt8](repeating: 0, count: min(1 << 20, count - bytes.count))
      let read = try read(into: &piece, 0..<piece.count)
      if read == 0 { break }
      bytes += piece[..<read]
    }
    return bytes
  }
}
