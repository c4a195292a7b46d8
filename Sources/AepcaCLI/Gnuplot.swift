import AEPCA
import Glibc

/// The plotting program of that name, as Debian's gnuplot-nox installs it.
///
/// A program goes in and a picture comes out through files without names, so that neither side
/// ever waits for the other.
struct Gnuplot {
  private static let name = "gnuplot"

  /// Runs a program and returns what it drew.
  ///
  /// - Throws: ``ToolError`` with status 69 when gnuplot is not installed, 70 when it finds fault
  ///   with the program, 71 when the system has no room for the files or the process.
  static func draw(_ program: String) throws -> [UInt8] {
    let input = try UnnamedFile()
    let output = try UnnamedFile()
    let errors = try UnnamedFile()
    try input.write(Array(program.utf8))
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, file) in [
      (STDIN_FILENO, input), (STDOUT_FILENO, output), (STDERR_FILENO, errors),
    ] {
      unsafe posix_spawn_file_actions_adddup2(&actions, file.descriptor, descriptor)
    }
    var child: pid_t = 0
    let status = unsafe name.withCString { name in
      // The user's own start-up file must not change the picture.
      unsafe "-d".withCString { noDefaults in
        var arguments: [UnsafeMutablePointer<CChar>?] = [
          unsafe UnsafeMutablePointer(mutating: name),
          unsafe UnsafeMutablePointer(mutating: noDefaults), nil,
        ]
        return unsafe posix_spawnp(&child, name, &actions, nil, &arguments, environ)
      }
    }
    guard status != ENOENT else {
      throw ToolError(
        .unavailable, "gnuplot: expected the plotting program, found none: apt install gnuplot-nox")
    }
    guard status == 0 else {
      throw ToolError(.outOfResources, "gnuplot: \(unsafe String(cString: strerror(status)))")
    }
    var ending: Int32 = 0
    while unsafe waitpid(child, &ending, 0) < 0, errno == EINTR {}
    let picture = try output.readAll()
    guard ending == 0, !picture.isEmpty else {
      let lines = String(decoding: try errors.readAll(), as: UTF8.self)
        .split(separator: "\n").filter { !$0.allSatisfy { " ^".contains($0) } }
      throw ToolError(.bug, "gnuplot: \(lines.last ?? "drew nothing")")
    }
    return picture
  }
}

/// A file that no other program sees and that is gone when closed.
@safe private final class UnnamedFile {
  private let file: UnsafeMutablePointer<FILE>

  init() throws {
    guard let file = unsafe tmpfile() else {
      throw ToolError(
        .outOfResources, "temporary file: \(unsafe String(cString: strerror(errno)))")
    }
    unsafe self.file = file
  }

  deinit { unsafe fclose(file) }

  var descriptor: Int32 { unsafe fileno(file) }

  /// Writes from the beginning, where the next reader then starts.
  func write(_ bytes: [UInt8]) throws {
    let written = unsafe fwrite(bytes, 1, bytes.count, file)
    guard written == bytes.count, unsafe fflush(file) == 0 else {
      throw ToolError(.inputOutput, "temporary file: \(unsafe String(cString: strerror(errno)))")
    }
    unsafe rewind(file)
  }

  func readAll() throws -> [UInt8] {
    unsafe rewind(file)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}
