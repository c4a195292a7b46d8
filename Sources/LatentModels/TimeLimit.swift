import NeuralNetworks

/// A moment at which every fit that still trains ends and keeps its best weights.
///
/// What is fitted then depends on the machine's speed: the one exception to the same bytes from
/// the same seed.
public struct TimeLimit: Sendable {
  private let start = ContinuousClock.now
  private let duration: Duration

  public init(seconds: Double) { duration = .seconds(seconds) }

  /// Ends training after a share of the time.
  func callback(share: Double = 1) -> any TrainingCallback {
    Deadline(moment: start + duration * share)
  }

  private struct Deadline: TrainingCallback {
    let moment: ContinuousClock.Instant

    func epochEnded(_ report: EpochReport) -> TrainingDecision {
      ContinuousClock.now >= moment ? .stop : .continue
    }
  }
}
