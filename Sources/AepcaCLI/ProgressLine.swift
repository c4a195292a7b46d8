import AEPCA
import Glibc

/// One line on a terminal that says how training goes, written over at every epoch.
final class ProgressLine: TrainingCallback {
  private let start = now()
  private var lastShown = 0.0

  /// Nil unless standard error is a terminal and the user wants to see it.
  init?(_ options: CommonOptions) {
    guard !options.quiet, StandardError.isTerminal else { return nil }
  }

  func epochEnded(_ report: EpochReport) -> TrainingDecision {
    let elapsed = now() - start
    guard elapsed - lastShown > 0.1 else { return .continue }
    lastShown = elapsed
    let left = elapsed / Double(report.epoch) * Double(report.epochCount - report.epoch)
    var text =
      "epoch \(report.epoch)/\(report.epochCount)  loss \(shortDecimal(Double(report.loss)))"
    if let loss = report.validationLoss {
      text += "  validation \(shortDecimal(Double(loss)))"
    }
    // Erase to the end of the line: the text may be shorter than the one before.
    StandardError.write("\r\(text)  at most \(Int(left.rounded(.up))) s left\u{1B}[K")
    return .continue
  }

  /// Takes the line away.
  func clear() {
    if lastShown > 0 { StandardError.write("\r\u{1B}[K") }
  }
}

/// Seconds on a clock that never jumps.
func now() -> Double {
  let duration = ContinuousClock.now - ProcessClock.start
  let (seconds, attoseconds) = duration.components
  return Double(seconds) + Double(attoseconds) * 1e-18
}

private enum ProcessClock {
  static let start = ContinuousClock.now
}
