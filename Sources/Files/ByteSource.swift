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

extension ByteSource {
  /// All bytes that are left.
  ///
  /// - Complexity: Holds them all, and while they come up to twice as many.
  public func readAll() throws(FileError) -> [UInt8] {
    var contents = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    while true {
      if count == contents.count {
        contents.append(contentsOf: [UInt8](repeating: 0, count: contents.count))
      }
      let read = try read(into: &contents, count..<contents.count)
      if read == 0 { break }
      count += read
    }
    contents.removeLast(contents.count - count)
    return contents
  }
}
