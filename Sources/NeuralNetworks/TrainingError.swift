/// Why training, or use of a model, could not begin.
public struct TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case noRows
    case columnCount(of: String, expected: Int, found: Int)
    case rowCount(of: String, expected: Int, found: Int)
    case notFinite(of: String, row: Int, column: Int)
    case impossibleSetting(String)
    case nothingToTrain
    case diverged(epoch: Int)
    /// Bytes.
    case memory(needed: Int, available: Int)
    case threads(Int)
    /// A state to go on from that is not one of this run.
    case stateOfOtherRun
  }
  public let problem: Problem

  init(_ problem: Problem) { self.problem = problem }

  /// Whether the loss stopped being a number before any good weights.
  public var isDivergence: Bool { if case .diverged = problem { true } else { false } }

  public var description: String {
    switch problem {
    case .noRows: "expected at least one row, found none"
    case .columnCount(let of, let expected, let found):
      "\(of): expected \(expected) columns, found \(found)"
    case .rowCount(let of, let expected, let found):
      "\(of): expected \(expected) rows, found \(found)"
    case .notFinite(let of, let row, let column):
      "\(of): the value in row \(row), column \(column) is not finite (both from 0)"
    case .impossibleSetting(let text): text
    case .nothingToTrain: "the model has no weights to train"
    case .diverged(let epoch):
      "the loss was no longer a number in epoch \(epoch), before any finite weights were kept; "
        + "a smaller learning rate may help"
    case .memory(let needed, let available):
      "needs \(needed / 1_048_576 + 1) MiB of memory, the machine has \(available / 1_048_576)"
    case .stateOfOtherRun: "the state to go on from is not one of this training run"
    case .threads(let count): "the system gives no \(count) threads"
    }
  }
}
