/// Bytes held in memory.
public final class MemoryInput: ByteSource {
  public let name: String
  private let contents: [UInt8]
  private var position = 0

  public init(_ contents: [UInt8], name: String) {
    self.contents = contents
    self.name = name
  }

  public var canRewind: Bool { true }

  public func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    let count = min(range.count, contents.count - position)
    buffer.replaceBytes(at: range.lowerBound, with: contents, position..<position + count)
    position += count
    return count
  }

  public func rewind() throws(FileError) { position = 0 }
}
