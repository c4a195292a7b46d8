import Files
import Glibc
import Testing

/// A folder that goes away with its owner.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("\(P_tmpdir)/aepca-tests-XXXXXX".utf8CString)
    path = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
  }

  deinit {
    for name in names {
      unsafe chmod("\(path)/\(name)", 0o700)
      unsafe remove("\(path)/\(name)")
    }
    unsafe rmdir(path)
  }

  /// A path in the folder.
  subscript(name: String) -> String { "\(path)/\(name)" }

  var names: [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func write(_ text: String, to name: String, mode: mode_t = 0o644) throws {
    let descriptor = unsafe open(self[name], O_WRONLY | O_CREAT | O_TRUNC, mode)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try #require(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    fchmod(descriptor, mode)
  }

  func contents(_ name: String) throws -> String {
    String(decoding: try InputFile(path: self[name]).readAll(), as: UTF8.self)
  }

  func mode(_ name: String) -> mode_t {
    var information = stat()
    unsafe lstat(self[name], &information)
    return information.st_mode
  }
}

/// The description of the error that the work throws.
func failure(_ work: () throws -> Void) -> String {
  do {
    try work()
    return "no error"
  } catch {
    return "\(error)"
  }
}
