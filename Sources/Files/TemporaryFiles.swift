import Glibc
import Synchronization

/// The temporary files that would be left behind if a signal ended the program now.
///
/// A signal handler may neither allocate nor lock, so the names stand in a fixed table of C
/// strings whose entries are switched on and off by one atomic store each.
package enum TemporaryFiles {
  /// A longer path, or one more file than this, is simply not cleaned up after a signal.
  private static let slotCount = 64
  private static let pathCapacity = 4096

  nonisolated(unsafe) private static let isLive: UnsafeMutablePointer<Atomic<Bool>> = {
    let flags = UnsafeMutablePointer<Atomic<Bool>>.allocate(capacity: slotCount)
    for slot in 0..<slotCount { unsafe (flags + slot).initialize(to: Atomic(false)) }
    return unsafe flags
  }()
  nonisolated(unsafe) private static let paths: UnsafeMutablePointer<CChar> = {
    let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: slotCount * pathCapacity)
    unsafe bytes.initialize(repeating: 0, count: slotCount * pathCapacity)
    return unsafe bytes
  }()
  /// Slots are given out in turn, so one that was just freed is not soon written again: a handler
  /// that runs on another thread meanwhile reads a whole path, if perhaps an old one.
  private static let nextSlot = Guarded(0)

  /// Notes a path to be removed by the signal handler.
  ///
  /// - Returns: The entry to ``forget(_:)``; nil when there was no room.
  package static func register(_ path: String) -> Int? {
    let bytes = path.utf8CString
    guard bytes.count <= pathCapacity else { return nil }
    return nextSlot.withLock { next in
      for step in 0..<slotCount {
        let slot = (next + step) % slotCount
        if unsafe isLive[slot].load(ordering: .relaxed) { continue }
        for (offset, byte) in bytes.enumerated() {
          unsafe paths[slot * pathCapacity + offset] = byte
        }
        unsafe isLive[slot].store(true, ordering: .releasing)
        next = slot + 1
        return slot
      }
      return nil
    }
  }

  package static func forget(_ slot: Int) {
    unsafe isLive[slot].store(false, ordering: .releasing)
  }

  /// Removes the files that are live in these entries; fit for a signal handler.
  package static func removeLive(in slots: Range<Int>) {
    for slot in slots {
      guard unsafe isLive[slot].load(ordering: .acquiring) else { continue }
      unsafe unlink(paths + slot * pathCapacity)
    }
  }

  private static let handler: @convention(c) (Int32) -> Void = { signal in
    removeLive(in: 0..<slotCount)
    // The handler was installed to work once, so the default action is in place again.
    raise(signal)
  }

  static func installSignalCleanup() {
    // Reached once here, so that the handler finds the tables already made.
    _ = unsafe isLive[0].load(ordering: .relaxed)
    unsafe paths[0] = paths[0]
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU] {
      var old = sigaction()
      unsafe sigaction(signal, nil, &old)
      // A signal that the parent had ignored (nohup) stays ignored.
      if isIgnored(old) { continue }
      var new = sigaction()
      unsafe new.__sigaction_handler.sa_handler = handler
      new.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
      unsafe sigaction(signal, &new, nil)
    }
    // Writing to a closed pipe, or beyond the size that a file may have, must come back as an error
    // that can be handled.
    Glibc.signal(SIGPIPE, SIG_IGN)
    Glibc.signal(SIGXFSZ, SIG_IGN)
  }

  /// Removes all files that are live, where the program ends without unwinding; allocates nothing.
  package static func removeAll() { removeLive(in: 0..<slotCount) }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
