import Files
import Glibc

/// The picture files of a folder, in the order of their names.
public struct PictureFolder: Sendable, Equatable {
  /// Names of files in the folder that end as pictures do.
  ///
  /// Those of kinds that are not read too: it is better to refuse them than to leave them out unseen.
  /// Numbers in names count as numbers, so that `frame10` comes after `frame9`.
  public let names: [String]
  /// Visible entries that are no pictures by their name.
  public let otherCount: Int

  private static let endings: Set<String> = [
    "png", "pgm", "ppm", "pnm", "pbm", "pam", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp",
    "heic", "avif",
  ]

  /// - Throws: `FileError` when the folder cannot be read.
  public init(path: String) throws(FileError) {
    guard let folder = unsafe opendir(path) else {
      switch errno {
      case ENOENT: throw FileError(.notFound, path: path)
      case EACCES: throw FileError(.permissionDenied, path: path)
      default: throw FileError(.cannotOpen(errno), path: path)
      }
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    var otherCount = 0
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      if let dot = name.lastIndex(of: "."),
        PictureFolder.endings.contains(name[name.index(after: dot)...].lowercased())
      {
        names.append(name)
      } else {
        otherCount += 1
      }
    }
    self.names = names.sorted(by: PictureFolder.precedes)
    self.otherCount = otherCount
  }

  /// Whether there is a folder at a path.
  public static func exists(at path: String) -> Bool {
    var information = stat()
    return unsafe stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes the folder unless it is there; the folder around it must be.
  ///
  /// - Throws: `FileError` when it cannot be made.
  public static func make(at path: String) throws(FileError) {
    if exists(at: path) { return }
    guard unsafe mkdir(path, 0o777) == 0 else {
      throw FileError(.cannotCreate(errno), path: path)
    }
  }

  /// Runs of digits by their value, all else byte by byte.
  static func precedes(_ left: String, _ right: String) -> Bool {
    var (left, right) = (Array(left.utf8)[...], Array(right.utf8)[...])
    let whole = (left, right)
    while let a = left.first, let b = right.first {
      if isDigit(a) && isDigit(b) {
        let (first, second) = (takeNumber(&left), takeNumber(&right))
        if first.count != second.count { return first.count < second.count }
        if first != second { return first.lexicographicallyPrecedes(second) }
      } else if a != b {
        return a < b
      } else {
        left.removeFirst()
        right.removeFirst()
      }
    }
    if left.isEmpty != right.isEmpty { return left.isEmpty }
    // Names that differ in leading zeros only.
    return whole.0.lexicographicallyPrecedes(whole.1)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// The digits of the number that the bytes begin with, without leading zeros.
  private static func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = bytes.prefix(while: isDigit)
    bytes = bytes.dropFirst(digits.count)
    return digits.drop { $0 == UInt8(ascii: "0") }
  }
}
