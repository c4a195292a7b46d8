import Glibc

/// Standard input, output and error of a program that may have been started without them.
public enum StandardStreams {
  /// Puts something that fails in the place of each one that is closed.
  ///
  /// Else the next file to be opened would become it, and messages would be written into a table.
  /// For a program's start.
  public static func occupyClosed() {
    for (descriptor, access) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
    ] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is given out, and those below are occupied.
      _ = unsafe open("/dev/null", access)
    }
  }
}
