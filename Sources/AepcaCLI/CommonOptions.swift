import AEPCA
import ArgumentParser
import Glibc

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Only errors on standard error.")
  var quiet = false

  @Option(name: .long, help: "Threads to use; the result does not depend on it.")
  var threads: Int = ProcessorCount.available

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
  }

  /// Writes one line to standard error unless the user wants quiet.
  func note(_ text: String) {
    guard !quiet else { return }
    StandardError.write(text + "\n")
  }

  /// Writes what is to be said of a file, a line each.
  func note(_ texts: [String], of path: String) {
    for text in texts { note("\(path): \(text)") }
  }
}

/// Text for people, apart from the data on standard output.
enum StandardError {
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) {
    // Nothing can be done about a standard error that takes no text.
    unsafe Array(text.utf8).withUnsafeBytes { bytes in
      _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}

/// Where rows go: a file, whole or not at all, or standard output.
struct TableOutput: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("CSV file to write; standard output without it.", valueName: "file"))
  var output: String = "-"

  @Flag(
    help: "Put an apostrophe before text that a spreadsheet program would take for a formula.")
  var escapeFormulas = false
}

extension OutputFile {
  /// Opens a file to write, or standard output for "-".
  ///
  /// - Throws: ``ToolError`` with the exit status for what cannot be created, whatever the cause.
  init(creating path: String) throws {
    do {
      try self.init(path: path)
    } catch {
      throw ToolError(.cannotCreate, "\(error)")
    }
  }
}
