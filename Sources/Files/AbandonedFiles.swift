import Glibc

/// Temporary files whose writer was killed before it could remove them.
///
/// A writer holds a lock on its temporary file as long as it lives, and the system lets go of the
/// lock however the writer ends. So a file that can be locked has no writer, also when its number
/// has been given to another process, or when the folder is shared by several machines.
package enum AbandonedFiles {
  /// Stands between the target's name and the writer's process number.
  package static let marker = ".aepca-"

  /// A folder may hold millions of files; so many are looked at.
  private static let entryLimit = 100_000

  /// Locks a file that was just made.
  ///
  /// - Returns: False when another process took it for abandoned before it was locked.
  package static func claim(_ descriptor: Int32) -> Bool {
    // Waits at most while another process removes the file; a file system without locks fails.
    guard flock(descriptor, LOCK_EX) == 0 else { return true }
    var information = stat()
    return unsafe fstat(descriptor, &information) != 0 || information.st_nlink > 0
  }

  /// Removes those in a folder; what cannot be removed stays.
  static func remove(in folder: String) {
    guard let entries = unsafe opendir(folder) else { return }
    defer { unsafe closedir(entries) }
    for _ in 0..<entryLimit {
      guard let entry = unsafe readdir(entries) else { return }
      guard unsafe entry.pointee.d_name.0 == CChar(bitPattern: UInt8(ascii: ".")) else { continue }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if isTemporary(name) { removeUnlessLocked("\(folder)/\(name)") }
    }
  }

  /// Whether a name is one that ``OutputDestination`` gives: `.TARGET.aepca-PID-NUMBER`.
  static func isTemporary(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard name.hasPrefix("."), parts.count >= 3 else { return false }
    let numbers = parts.suffix(2)
    let rest = name.dropLast(numbers.reduce(1) { $0 + $1.count })
    return rest.hasSuffix(marker) && rest.count > marker.count + 1
      && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }

  private static func removeUnlessLocked(_ path: String) {
    let flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = unsafe open(path, flags)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    // Between opening and locking, the file may have been put in its place.
    var opened = stat()
    var named = stat()
    guard unsafe fstat(descriptor, &opened) == 0, unsafe lstat(path, &named) == 0,
      opened.st_mode & S_IFMT == S_IFREG, opened.st_ino == named.st_ino,
      opened.st_dev == named.st_dev
    else { return }
    unsafe unlink(path)
  }
}
