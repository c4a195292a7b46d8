/// A pipe that can be read again: what has come through it is kept in memory.
public final class RecordingInput: ByteSource {
  private let source: any ByteSource
  private var recorded: [UInt8] = []
  private var position = 0

  public init(_ source: any ByteSource) { self.source = source }

  public var name: String { source.name }
  public var canRewind: Bool { true }

  public func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    if position < recorded.count {
      let count = min(range.count, recorded.count - position)
      buffer.replaceBytes(at: range.lowerBound, with: recorded, position..<position + count)
      position += count
      return count
    }
    let count = try source.read(into: &buffer, range)
    recorded.append(contentsOf: buffer[range.lowerBound..<range.lowerBound + count])
    position += count
    return count
  }

  public func rewind() throws(FileError) { position = 0 }
}

extension [UInt8] {
  /// Copies part of another array over bytes of this one, at memory's speed also in debug builds.
  package mutating func replaceBytes(at start: Int, with other: [UInt8], _ range: Range<Int>) {
    unsafe withUnsafeMutableBytes { target in
      unsafe other.withUnsafeBytes { bytes in
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
        let place = start..<start + range.count
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[place]).copyMemory(from: bytes)
      }
    }
  }
}
