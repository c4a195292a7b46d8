/// Bytes held in memory, for what must be read twice but came through a pipe.
public final class MemoryInput: ByteSource {
  public let name: String
  private let contents: [UInt8]
  private var position = 0

  public init(_ contents: [UInt8], name: String) {
    self.contents = contents
    self.name = name
  }

  /// Reads all that `source` still has.
  ///
  /// - Complexity: Holds the whole of it.
  public convenience init(readingAllOf source: some ByteSource) throws(FileError) {
    self.init(try source.readAll(), name: source.name)
  }

  public var canRewind: Bool { true }

  public func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    let count = min(range.count, contents.count - position)
    unsafe buffer.withUnsafeMutableBytes { target in
      unsafe contents.withUnsafeBytes { bytes in
        let next = unsafe UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        let place = range.lowerBound..<range.lowerBound + count
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[place]).copyMemory(from: next)
      }
    }
    position += count
    return count
  }

  public func rewind() throws(FileError) { position = 0 }
}
