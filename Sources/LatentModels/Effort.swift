import NeuralNetworks

/// How long to look for a good autoencoder.
public enum Effort: String, Codable, Sendable, CaseIterable {
  /// Seconds: one shape, two strengths of noise.
  case quick
  /// Some seconds more: several strengths of noise and shapes.
  case standard
  /// Minutes: more of both, and several times the steps.
  case thorough
}

/// An autoencoder to try: how wide and deep, how much noise, how many steps.
package struct Candidate: Sendable, Equatable {
  package var widths: [Int]
  package var noise: Double
  package var steps: Int
  /// Of a candidate for pictures; the widths then say nothing.
  package var imageLayers: [ImageLayer]?

  package init(_ widths: [Int], noise: Double, steps: Int) {
    self.widths = widths
    self.noise = noise
    self.steps = steps
  }
}

/// What is tried and how long, counted in steps, never in time, so that the same table gives the
/// same model anywhere.
///
/// Noise on the encoder's input is what keeps a network from learning rows by heart, and how much
/// of it is right differs most between tables: none for clean ones, half a standard deviation for
/// noisy ones. So noise is searched first. Depth helps most where the latent is small.
package struct SearchPlan: Sendable {
  /// Compared with each other first.
  package var screened: [Candidate]
  /// How many go on, and for how many times their steps.
  package var finalistCount: Int
  package var stepFactor: Int

  /// Those that go on: the best, and the same shape with the next stronger noise, which longer
  /// training tends to need; then the next best.
  ///
  /// - Parameter losses: On held-out rows, of all that were screened.
  package func finalists(losses: [Double]) -> [Candidate] {
    let ranked = losses.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
    var order = Array(ranked.prefix(1))
    if let best = ranked.first,
      let stronger = screened.indices
        .filter({
          screened[$0].widths == screened[best].widths
            && screened[$0].noise > screened[best].noise
        })
        .min(by: { screened[$0].noise < screened[$1].noise })
    {
      order.append(stronger)
    }
    order += ranked.filter { !order.contains($0) }
    return order.prefix(finalistCount).map(lengthened)
  }

  func lengthened(_ index: Int) -> Candidate {
    var candidate = screened[index]
    candidate.steps *= stepFactor
    return candidate
  }

  /// Rows from which on nothing is learnt by heart, so that longer training only helps.
  static let manyRows = 20_000

  /// The plan for a table whose rows are many enough to spare some for validation.
  package static func forManyRows(_ effort: Effort, rowCount: Int) -> SearchPlan {
    var plan = plan(effort)
    if rowCount >= manyRows { plan.stepFactor *= 2 }
    return plan
  }

  private static func plan(_ effort: Effort) -> SearchPlan {
    func candidates(_ noises: [Double], _ shapes: [(widths: [Int], steps: Int)]) -> [Candidate] {
      shapes.flatMap { shape in
        noises.map { Candidate(shape.widths, noise: $0, steps: shape.steps) }
      }
    }
    switch effort {
    case .quick:
      return SearchPlan(
        screened: candidates([0.05, 0.3], [([64, 64, 64], 400)]), finalistCount: 1, stepFactor: 4)
    case .standard:
      return SearchPlan(
        screened: candidates([0, 0.1, 0.25, 0.5], [([128, 128, 128, 128], 2000)])
          + candidates([0], [([64, 64, 64, 64], 6000)]),
        finalistCount: 1, stepFactor: 2)
    case .thorough:
      return SearchPlan(
        screened: candidates(
          [0, 0.1, 0.2, 0.35, 0.6],
          [([128, 128, 128, 128], 3000), ([64, 64, 64, 64], 9000), ([256, 256, 256, 256], 1500)]),
        finalistCount: 4, stepFactor: 4)
    }
  }

  /// The autoencoders that five folds compare on a table of few rows.
  package static func forFewRows(_ effort: Effort, rowCount: Int) -> [Candidate] {
    let steps = rowCount < 600 ? 1600 : 3000
    func candidates(_ shapes: [([Int], [Double])], steps: Int) -> [Candidate] {
      shapes.flatMap { widths, noises in
        noises.map { Candidate(widths, noise: $0, steps: steps) }
      }
    }
    switch effort {
    case .quick:
      return candidates([([64, 32], [0.2]), ([64, 64, 64, 64], [0, 0.2])], steps: steps / 2)
    case .standard:
      return candidates(
        [
          ([32], [0]), ([64, 32], [0, 0.2]), ([64, 64, 64, 64], [0, 0.1, 0.2, 0.4]),
          ([128, 128, 128, 128], [0.1, 0.3]),
        ], steps: steps)
    case .thorough:
      let noises = [0, 0.1, 0.2, 0.3, 0.5]
      return candidates(
        [
          ([32], [0]), ([64, 32], noises), ([64, 64, 64], noises), ([64, 64, 64, 64], noises),
          ([128, 128, 128, 128], noises), ([64, 64, 64, 64, 64, 64], noises),
        ], steps: 2 * steps)
    }
  }
}
