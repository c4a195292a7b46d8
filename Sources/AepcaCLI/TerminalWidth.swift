import AEPCA
import Glibc

/// How many characters fit in a line of the user's window.
enum TerminalWidth {
  /// Where standard output is no terminal: as wide as text is usually read.
  static let usual = 80

  static var standardOutput: Int {
    var size = winsize()
    if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    let text = unsafe getenv("COLUMNS").map { unsafe String(cString: $0) }
    return text.flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil } ?? usual
  }
}

/// The command line as a shell would take it again.
enum CommandText {
  static var ofThisProcess: String {
    (["aepca"] + CommandLine.arguments.dropFirst().map(quoted)).joined(separator: " ")
  }

  static func quoted(_ argument: String) -> String {
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=@%+"
    if !argument.isEmpty, argument.allSatisfy(plain.contains) { return argument }
    return "'"
      + argument.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
