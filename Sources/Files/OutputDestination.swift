import Glibc

/// Where an ``OutputFile``'s bytes go: a temporary file, or an open descriptor written directly.
final class OutputDestination {
  private let name: String
  private var descriptor: Int32
  private let ownsDescriptor: Bool
  /// Nil for what is written directly.
  private var pending: Pending?

  private struct Pending {
    let temporaryPath: String
    let targetPath: String
    let slot: Int?
    /// Of the file that is to be replaced.
    let existing: stat?
  }

  private enum Place {
    case descriptor(Int32)
    case direct(String)
    case file(String, existing: stat?)
  }

  init(path: String) throws(FileError) {
    name = path == "-" ? "standard output" : path
    pending = nil
    switch try Self.place(of: path) {
    case .descriptor(let number):
      descriptor = number
      ownsDescriptor = false
    case .direct(let place):
      descriptor = unsafe open(place, O_WRONLY | O_CLOEXEC)
      ownsDescriptor = true
      if descriptor < 0 { throw Self.creationError(errno, path) }
    case .file(let target, let existing):
      if existing != nil, unsafe faccessat(AT_FDCWD, target, W_OK, AT_EACCESS) != 0 {
        throw FileError(.permissionDenied, path: path)
      }
      (descriptor, pending) = try Self.temporaryFile(for: target, existing, path)
      ownsDescriptor = true
    }
  }

  deinit {
    if ownsDescriptor && descriptor >= 0 { close(descriptor) }
    if let pending { Self.remove(pending) }
  }

  func write(_ bytes: RawSpan) throws(FileError) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(written..<bytes.byteCount)
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count >= 0 {
        written += count
      } else if errno == EPIPE {
        throw FileError(.closedByReader, path: name)
      } else if errno == EAGAIN {
        // Someone made a pipe or terminal that we share non-blocking: wait for room.
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&room, 1, -1)
      } else if errno != EINTR {
        throw FileError(.writeFailed(errno), path: name)
      }
    }
  }

  func commit() throws(FileError) {
    guard let pending else { return }
    if let existing = pending.existing {
      // Only root may give a file away; for others the replacement is theirs, as `cp` would do.
      _ = fchown(descriptor, existing.st_uid, existing.st_gid)
      guard fchmod(descriptor, existing.st_mode & 0o777) == 0 else {
        throw FileError(.writeFailed(errno), path: name)
      }
    }
    guard fsync(descriptor) == 0 else { throw FileError(.writeFailed(errno), path: name) }
    // Closing may report a failed write, and must not give up the lock before the file is in place.
    let lock = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    defer { if lock >= 0 { close(lock) } }
    let code = close(descriptor) == 0 ? 0 : errno
    descriptor = -1
    guard code == 0 else { throw FileError(.writeFailed(code), path: name) }
    guard unsafe rename(pending.temporaryPath, pending.targetPath) == 0 else {
      throw FileError(.writeFailed(errno), path: name)
    }
    self.pending = nil
    if let slot = pending.slot { TemporaryFiles.forget(slot) }
    // The file is in place; a folder that cannot be synced (some network ones) is no failure.
    let folder = unsafe open(
      Self.folder(of: pending.targetPath), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Follows the path to what is to be written.
  private static func place(of path: String) throws(FileError) -> Place {
    if path == "-" { return .descriptor(STDOUT_FILENO) }
    if path.isEmpty { throw FileError(.emptyPath, path: path) }
    var place = path
    for _ in 0..<40 {
      // Opening these anew would start at the front of a file that the shell appends to.
      if let number = inheritedDescriptor(place) { return .descriptor(number) }
      var information = stat()
      guard unsafe lstat(place, &information) == 0 else {
        if errno == ENOENT { return .file(place, existing: nil) }
        throw creationError(errno, path)
      }
      switch information.st_mode & S_IFMT {
      case S_IFREG: return .file(place, existing: information)
      case S_IFDIR: throw FileError(.isDirectory, path: path)
      case S_IFLNK:
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(place, &target, target.count)
        guard count >= 0 else { throw creationError(errno, path) }
        let bytes = target.prefix(count).map { UInt8(truncatingIfNeeded: $0) }
        let link = String(decoding: bytes, as: UTF8.self)
        place = link.hasPrefix("/") ? link : folder(of: place) + "/" + link
      default: return .direct(place)
      }
    }
    throw FileError(.cannotCreate(ELOOP), path: path)
  }

  private static func inheritedDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count))
      }
      return nil
    }
  }

  /// Names it `.TARGET.aepca-PID-NUMBER`: hidden, clearly ours, and telling whose it is.
  ///
  /// It stays locked while its writer lives, which tells ``AbandonedFiles`` to leave it alone.
  private static func temporaryFile(
    for target: String, _ existing: stat?, _ path: String
  ) throws(FileError) -> (Int32, Pending) {
    let folder = folder(of: target)
    var base = target.split(separator: "/").last.map(String.init) ?? ""
    if base.isEmpty || target.hasSuffix("/") { throw FileError(.isDirectory, path: path) }
    // A name may have 255 bytes.
    while base.utf8.count > 200 { base.removeLast() }
    AbandonedFiles.remove(in: folder)
    for number in 0..<10_000 {
      let temporary = "\(folder)/.\(base)\(AbandonedFiles.marker)\(getpid())-\(number)"
      let slot = TemporaryFiles.register(temporary)
      let mode: mode_t = existing == nil ? 0o666 : 0o600
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
      let descriptor = unsafe open(temporary, flags, mode)
      let code = errno
      if descriptor >= 0 {
        guard AbandonedFiles.claim(descriptor) else {
          if let slot { TemporaryFiles.forget(slot) }
          close(descriptor)
          continue
        }
        return (
          descriptor,
          Pending(temporaryPath: temporary, targetPath: target, slot: slot, existing: existing)
        )
      }
      if let slot { TemporaryFiles.forget(slot) }
      if code != EEXIST { throw creationError(code, path) }
    }
    throw FileError(.cannotCreate(EEXIST), path: path)
  }

  private static func remove(_ pending: Pending) {
    unsafe unlink(pending.temporaryPath)
    if let slot = pending.slot { TemporaryFiles.forget(slot) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func creationError(_ code: Int32, _ path: String) -> FileError {
    switch code {
    case EISDIR: FileError(.isDirectory, path: path)
    case EACCES, EPERM, EROFS: FileError(.permissionDenied, path: path)
    default: FileError(.cannotCreate(code), path: path)
    }
  }
}
