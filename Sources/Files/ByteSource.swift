/// Bytes that can be read from the front to the end: a file, a pipe, memory.
public protocol ByteSource: AnyObject {
  /// What messages call it: the path as given, or "standard input".
  var name: String { get }

  /// Whether ``rewind()`` works; a pipe can be read once only.
  var canRewind: Bool { get }

  /// Reads the next bytes into `buffer`, from the front of `range` on.
  ///
  /// - Parameter range: Not empty, within the buffer.
  /// - Returns: How many were read, which may be fewer than fit; 0 at the end alone.
  func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int

  /// Starts again from the first byte.
  func rewind() throws(FileError)
}

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
  public init(readingAllOf source: some ByteSource) throws(FileError) {
    var contents = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    while true {
      if count == contents.count {
        contents.append(contentsOf: repeatElement(0, count: contents.count))
      }
      let read = try source.read(into: &contents, count..<contents.count)
      if read == 0 { break }
      count += read
    }
    contents.removeLast(contents.count - count)
    self.contents = contents
    name = source.name
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
