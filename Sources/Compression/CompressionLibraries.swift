import CCompression

/// libzstd and zlib, fenced: whole buffers in, whole buffers out.
enum Zstandard {
  /// The strongest level that still takes tolerable time and memory.
  static let strong: Int32 = 19
  /// Enough to tell which of several codings is smallest.
  static let quick: Int32 = 3

  static func compressed(_ bytes: [UInt8], level: Int32 = strong) -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    return unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let written = unsafe bytes.withUnsafeBytes { source in
        unsafe ZSTD_compress(
          buffer.baseAddress, buffer.count, source.baseAddress, source.count, level)
      }
      // Into a buffer of the bound's size it fails for lack of memory alone.
      precondition(ZSTD_isError(written) == 0, "no memory to compress")
      count = written
    }
  }

  /// - Parameter limit: More bytes than this are refused, whatever the frame says.
  /// - Returns: Nil when the bytes are no whole frame or hold more than the limit.
  static func decompressed(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
    unsafe bytes.withUnsafeBytes { source in
      let size = unsafe ZSTD_getFrameContentSize(source.baseAddress, source.count)
      guard size <= UInt64(limit) else { return nil }
      var isWhole = false
      let result = unsafe [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
        let written = unsafe ZSTD_decompress(
          buffer.baseAddress, buffer.count, source.baseAddress, source.count)
        isWhole = ZSTD_isError(written) == 0 && written == Int(size)
        count = isWhole ? written : 0
      }
      return isWhole ? result : nil
    }
  }
}

enum Zlib {
  /// The CRC-32 of gzip and PNG.
  static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
    let array = Array(bytes)
    return unsafe array.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: unsafe crc32_z(0, $0.baseAddress, $0.count))
    }
  }

  /// The bytes that `gzip -9` makes of a file, its name left out.
  static func gzipSize(_ bytes: [UInt8]) -> Int {
    var size = compressBound(UInt(bytes.count))
    let scratch = [UInt8](repeating: 0, count: Int(size))
    var target = scratch
    let status = unsafe target.withUnsafeMutableBufferPointer { target in
      unsafe bytes.withUnsafeBufferPointer { source in
        unsafe compress2(
          target.baseAddress, &size, source.baseAddress, UInt(source.count), Z_BEST_COMPRESSION)
      }
    }
    // The same stream in another wrapper: 18 bytes about it instead of 6.
    return status == Z_OK ? Int(size) + 12 : bytes.count
  }
}
