import Glibc

/// How many threads are worth their while.
public enum ProcessorCount {
  /// Processors that are switched on, at most 64.
  public static let available = min(64, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
}
