/// The bytes that some programs begin a text file with, to say how it is encoded.
enum ByteOrderMark {
  /// How many bytes at the front of a file are the mark of UTF-8.
  ///
  /// - Throws: ``CSVError`` for the mark of UTF-16.
  static func length(at start: ArraySlice<UInt8>, path: String) throws(CSVError) -> Int {
    let start = start.prefix(3)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { return 3 }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
      throw CSVError(.utf16, path: path, line: 1)
    }
    return 0
  }
}
