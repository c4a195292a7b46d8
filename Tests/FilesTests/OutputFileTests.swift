import Files
import Glibc
import Testing

/// A folder that goes away with its owner.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/aepca-tests-XXXXXX".utf8CString)
    path = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
  }

  deinit {
    for name in names { unsafe unlink("\(path)/\(name)") }
    unsafe rmdir(path)
  }

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

  func contents(_ name: String) throws -> String {
    let memory = try MemoryInput(readingAllOf: InputFile(path: "\(path)/\(name)"))
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = try memory.read(into: &bytes, 0..<bytes.count)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}

@Test func `a file appears when it is committed`() throws {
  let scratch = try Scratch()
  var file = try OutputFile(path: "\(scratch.path)/out.csv")
  try file.write("a,b\n")
  #expect(scratch.names.count == 1 && scratch.names != ["out.csv"])
  try file.commit()
  #expect(scratch.names == ["out.csv"])
  #expect(try scratch.contents("out.csv") == "a,b\n")
}

@Test func `a file that is not committed leaves nothing`() throws {
  let scratch = try Scratch()
  do {
    var file = try OutputFile(path: "\(scratch.path)/out.csv")
    try file.write("a,b\n")
  }
  #expect(scratch.names == [])
}
