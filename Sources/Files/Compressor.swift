import CCompression

/// Compresses bytes as they come, the same bytes to the same ones.
@safe final class Compressor {
  private let compression: Compression
  private var gzip = unsafe z_stream()
  private var zstandard: OpaquePointer?

  /// Nil when there is no memory for it.
  init?(_ compression: Compression) {
    self.compression = compression
    switch compression {
    case .gzip:
      // 16 more than the largest window writes a gzip header, without a time.
      let code = unsafe deflateInit2_(
        &gzip, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
      guard code == Z_OK else { return nil }
    case .zstandard:
      unsafe zstandard = ZSTD_createCStream()
      guard unsafe zstandard != nil else { return nil }
    }
  }

  deinit {
    unsafe deflateEnd(&gzip)
    unsafe ZSTD_freeCStream(zstandard)
  }

  /// - Parameter isLast: Whether the data ends here.
  /// - Returns: What there is to write so far.
  func compress(_ bytes: RawSpan, isLast: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 17)
    unsafe bytes.withUnsafeBytes { bytes in
      var used = 0
      while true {
        let (taken, made, isDone) = unsafe step(
          UnsafeRawBufferPointer(rebasing: bytes[used...]), &piece, isLast)
        used += taken
        result += piece[..<made]
        if isDone || (!isLast && used == bytes.count && made < piece.count) { break }
      }
    }
    return result
  }

  private func step(
    _ input: UnsafeRawBufferPointer, _ piece: inout [UInt8], _ isLast: Bool
  ) -> (taken: Int, made: Int, isDone: Bool) {
    unsafe piece.withUnsafeMutableBytes { output in
      switch compression {
      case .gzip:
        let count = min(input.count, Int(Int32.max))
        unsafe gzip.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe gzip.avail_in = UInt32(count)
        unsafe gzip.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe gzip.avail_out = UInt32(output.count)
        let finishes = isLast && count == input.count
        let code = unsafe deflate(&gzip, finishes ? Z_FINISH : Z_NO_FLUSH)
        return unsafe (
          count - Int(gzip.avail_in), output.count - Int(gzip.avail_out), code == Z_STREAM_END
        )
      case .zstandard:
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = unsafe ZSTD_compressStream2(
          zstandard, &target, &source, isLast ? ZSTD_e_end : ZSTD_e_continue)
        return unsafe (source.pos, target.pos, isLast && left == 0)
      }
    }
  }
}
