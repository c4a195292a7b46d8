import Glibc

/// A file opened to be read, or standard input for the path "-".
public final class InputFile: ByteSource, Sendable {
  /// The path as given.
  public let path: String
  /// The path as given, or "standard input".
  public let name: String
  /// True for regular files; pipes, terminals and devices can be read once only.
  public let canRewind: Bool
  /// How many bytes a regular file had when it was opened; nil for all else.
  public let byteCount: Int?
  /// A regular file as it was when it was opened, standard input's too; nil for all else.
  private let opened: State?
  private let descriptor: Int32
  private let ownsDescriptor: Bool

  /// Opens the file; nothing is read yet.
  ///
  /// - Throws: ``FileError`` when it is missing, a directory or not readable.
  public init(path: String) throws(FileError) {
    self.path = path
    let isStandardInput = path == "-"
    name = isStandardInput ? "standard input" : path
    ownsDescriptor = !isStandardInput
    descriptor = isStandardInput ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    // A stored property must be set before the initializer of a class may throw.
    var information = stat()
    let code = descriptor < 0 ? errno : 0
    let isKnown = unsafe descriptor >= 0 && fstat(descriptor, &information) == 0
    let type = information.st_mode & S_IFMT
    canRewind = isKnown && type == S_IFREG && !isStandardInput
    byteCount = canRewind ? information.st_size : nil
    opened = isKnown && type == S_IFREG ? State(information) : nil
    switch code {
    case 0: break
    case ENOENT where path.isEmpty: throw FileError(.emptyPath, path: path)
    case ENOENT, ENOTDIR: throw FileError(.notFound, path: name)
    case EACCES, EPERM: throw FileError(.permissionDenied, path: name)
    default: throw FileError(.cannotOpen(code), path: name)
    }
    if isKnown && type == S_IFDIR { throw FileError(.isDirectory, path: name) }
  }

  deinit {
    if ownsDescriptor && descriptor >= 0 { close(descriptor) }
  }

  /// Reads on; at the end a file that was written to meanwhile is refused, for it was read half as
  /// it was and half as it is.
  public func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FileError) -> Int {
    let count = unsafe try transfer(into: &buffer, range) { unsafe Glibc.read($0, $1, $2) }
    if count == 0, let opened {
      var information = stat()
      if unsafe fstat(descriptor, &information) == 0, State(information) != opened {
        throw FileError(.changedWhileRead, path: name)
      }
    }
    return count
  }

  /// What every write to a file changes.
  private struct State: Equatable {
    private let byteCount: Int
    private let seconds: Int
    private let nanoseconds: Int

    init(_ information: stat) {
      byteCount = information.st_size
      seconds = information.st_mtim.tv_sec
      nanoseconds = information.st_mtim.tv_nsec
    }
  }

  /// Reads at a place of its own, whatever ``read(into:_:)`` does: several threads may, at once.
  ///
  /// - Returns: How many bytes were read, which may be fewer than fit; 0 at the end alone.
  public func read(
    into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int
  ) throws(FileError) -> Int {
    unsafe try transfer(into: &buffer, range) { unsafe pread($0, $1, $2, offset) }
  }

  private func transfer(
    into buffer: inout [UInt8], _ range: Range<Int>,
    _ call: (Int32, UnsafeMutableRawPointer?, Int) -> Int
  ) throws(FileError) -> Int {
    precondition(range.upperBound <= buffer.count, "the range lies outside the buffer")
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe call(descriptor, bytes.baseAddress.map { unsafe $0 + range.lowerBound }, range.count)
      }
      if count >= 0 { return count }
      if errno != EINTR { throw FileError(.readFailed(errno), path: name) }
    }
  }

  public func rewind() throws(FileError) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw FileError(.readFailed(errno), path: name)
    }
  }
}
