/// What general compressors make of a table's file, to compare with.
public enum ReferenceSizes {
  /// - Returns: A name and a number of bytes each.
  public static func all(of file: [UInt8]) -> [(name: String, bytes: Int)] {
    [
      ("gzip -9", Zlib.gzipSize(file)),
      ("zstd -19", Zstandard.compressed(file).count),
    ]
  }
}
