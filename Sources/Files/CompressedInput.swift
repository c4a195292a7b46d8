import CCompression

/// How a file is compressed, as its name says.
enum Compression {
  case gzip
  case zstandard

  init?(path: String) {
    if path.hasSuffix(".gz") {
      self = .gzip
    } else if path.hasSuffix(".zst") {
      self = .zstandard
    } else {
      return nil
    }
  }

  var name: String {
    switch self {
    case .gzip: "gzip"
    case .zstandard: "Zstandard"
    }
  }
}

/// A compressed file, read as what is in it.
@safe public final class CompressedInput: ByteSource {
  private let file: InputFile
  private let compression: Compression
  private var raw = [UInt8](repeating: 0, count: 1 << 17)
  /// Bytes of `raw` that were read and not yet used.
  private var available = 0..<0
  private var gzip = unsafe z_stream()
  private var zstandard: OpaquePointer?
  /// Whether the data so far may end here.
  private var isBetweenFrames = true

  /// Opens a file, to be decompressed when its name ends in `.gz` or `.zst`.
  ///
  /// - Throws: ``FileError`` when it cannot be opened.
  public static func open(path: String) throws(FileError) -> any ByteSource {
    let file = try InputFile(path: path)
    guard let compression = Compression(path: path) else { return file }
    return try CompressedInput(file, compression)
  }

  private init(_ file: InputFile, _ compression: Compression) throws(FileError) {
    self.file = file
    self.compression = compression
    try start()
  }

  deinit {
    unsafe inflateEnd(&gzip)
    unsafe ZSTD_freeDStream(zstandard)
  }

  public var name: String { file.name }
  public var canRewind: Bool { file.canRewind }

  public func rewind() throws(FileError) {
    try file.rewind()
    available = 0..<0
    isBetweenFrames = true
    try start()
  }

  private func start() throws(FileError) {
    switch compression {
    case .gzip:
      unsafe inflateEnd(&gzip)
      unsafe gzip = z_stream()
      // 32 more than the largest window asks for a header of gzip or zlib.
      let code = unsafe inflateInit2_(
        &gzip, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard code == Z_OK else { throw FileError(.readFailed(12), path: name) }
    case .zstandard:
      if unsafe zstandard == nil { unsafe zstandard = ZSTD_createDStream() }
      guard unsafe ZSTD_isError(ZSTD_initDStream(zstandard)) == 0 else {
        throw FileError(.readFailed(12), path: name)
      }
    }
  }

  public func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    while true {
      if available.isEmpty {
        available = 0..<(try file.read(into: &raw, 0..<raw.count))
        if available.isEmpty {
          guard isBetweenFrames else {
            throw FileError(.damaged(format: compression.name), path: name)
          }
          return 0
        }
      }
      let (used, made, isSound) = step(&buffer, range)
      available = available.lowerBound + used..<available.upperBound
      guard isSound else { throw FileError(.damaged(format: compression.name), path: name) }
      if made > 0 { return made }
    }
  }

  private func step(
    _ buffer: inout [UInt8], _ range: Range<Int>
  ) -> (used: Int, made: Int, isSound: Bool) {
    unsafe raw.withUnsafeMutableBytes { raw in
      unsafe buffer.withUnsafeMutableBytes { buffer in
        let input = unsafe UnsafeMutableRawBufferPointer(rebasing: raw[available])
        let output = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[range])
        switch compression {
        case .gzip: return unsafe inflate(input, output)
        case .zstandard:
          var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
          var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
          let code = unsafe ZSTD_decompressStream(zstandard, &target, &source)
          isBetweenFrames = code == 0
          return unsafe (source.pos, target.pos, ZSTD_isError(code) == 0)
        }
      }
    }
  }

  private func inflate(
    _ input: UnsafeMutableRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) -> (used: Int, made: Int, isSound: Bool) {
    // A file may hold several members, one after another.
    if unsafe isBetweenFrames && gzip.total_in > 0 { unsafe inflateReset(&gzip) }
    unsafe gzip.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe gzip.avail_in = UInt32(input.count)
    unsafe gzip.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe gzip.avail_out = UInt32(clamping: output.count)
    let room = Int(UInt32(clamping: output.count))
    let code = unsafe CCompression.inflate(&gzip, Z_NO_FLUSH)
    isBetweenFrames = code == Z_STREAM_END
    return unsafe (
      input.count - Int(gzip.avail_in), room - Int(gzip.avail_out),
      code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR
    )
  }
}
