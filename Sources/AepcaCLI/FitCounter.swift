import AEPCA
import Synchronization

/// One line on a terminal that counts the fits of a comparison; fits end on any thread.
final class FitCounter: Sendable {
  private let total: Int
  private let done = Atomic(0)

  /// Nil unless standard error is a terminal and the user wants to see it.
  init?(_ total: Int, _ options: CommonOptions) {
    guard !options.quiet, StandardError.isTerminal else { return nil }
    self.total = total
  }

  func fitEnded(components: Int) {
    let count = done.wrappingAdd(1, ordering: .relaxed).newValue
    StandardError.write(
      "\rcompared \(count) of \(total), last \(counted(components, "component"))\u{1B}[K")
  }

  /// Takes the line away.
  func clear() { StandardError.write("\r\u{1B}[K") }
}
