/// A file being written, which appears whole at its path or not at all.
///
/// The bytes go to a temporary file beside the target; ``commit()`` puts it in the target's place.
/// Dropped without that, the temporary file is removed; one whose writer was killed is removed by
/// the next file made in the same folder. A symbolic link stays and its target is
/// replaced; an existing file's permissions are kept. Devices, pipes and standard output ("-")
/// are written to directly: what has been written to them cannot be taken back. A path that ends in
/// `.gz` or `.zst` gets its bytes compressed.
public struct OutputFile: ~Copyable {
  private static let bufferCapacity = 1 << 18

  /// The path as given.
  public let path: String
  private let destination: OutputDestination
  private var buffer: [UInt8] = []
  /// For a path that ends in `.gz` or `.zst`.
  private let compressor: Compressor?

  /// Makes the temporary file, so that a place that cannot be written to fails before the work.
  ///
  /// - Parameter path: "-" is standard output.
  /// - Throws: ``FileError`` when the target is a directory or cannot be made.
  public init(path: String) throws(FileError) {
    let destination = try OutputDestination(path: path)
    let compressor = try Self.compressor(for: path)
    self.path = path
    self.destination = destination
    self.compressor = compressor
  }

  /// Makes SIGINT, SIGTERM, SIGHUP and the like remove unfinished files before they end the program.
  ///
  /// Also makes a closed pipe an error, ``FileError/Problem/closedByReader``, instead of a signal.
  /// For a program's start; a library leaves its host's signals alone.
  public static func installSignalCleanup() { TemporaryFiles.installSignalCleanup() }

  /// Removes unfinished files where the program must end at once; allocates nothing.
  public static func removeUnfinished() { TemporaryFiles.removeAll() }

  /// Adds bytes at the end.
  ///
  /// - Throws: ``FileError`` when the system refuses them; the file is then of no use.
  public mutating func write(_ bytes: RawSpan) throws(FileError) {
    if buffer.count + bytes.byteCount > Self.bufferCapacity { try flush() }
    if bytes.byteCount >= Self.bufferCapacity {
      try pass(bytes, isLast: false)
    } else {
      unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }
  }

  private static func compressor(for path: String) throws(FileError) -> Compressor? {
    guard let compression = Compression(path: path) else { return nil }
    guard let compressor = Compressor(compression) else {
      throw FileError(.writeFailed(12), path: path)
    }
    return compressor
  }

  private func pass(_ bytes: RawSpan, isLast: Bool) throws(FileError) {
    guard let compressor else { return try destination.write(bytes) }
    unsafe try destination.write(compressor.compress(bytes, isLast: isLast).span.bytes)
  }

  /// Adds bytes at the end.
  public mutating func write(_ bytes: Span<UInt8>) throws(FileError) {
    unsafe try write(bytes.bytes)
  }

  /// Adds the text's UTF-8 bytes at the end.
  public mutating func write(_ text: String) throws(FileError) {
    try write(text.utf8Span.span)
  }

  /// Hands what was written so far to the system, for a reader that waits at a pipe's other end.
  public mutating func flush() throws(FileError) {
    unsafe try pass(buffer.span.bytes, isLast: false)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Brings the file to the disk and puts it in its place.
  ///
  /// - Throws: ``FileError``; the target is then as it was before.
  public consuming func commit() throws(FileError) {
    unsafe try pass(buffer.span.bytes, isLast: true)
    try destination.commit()
  }
}
