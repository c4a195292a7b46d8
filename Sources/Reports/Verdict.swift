import Evaluation

/// What a comparison comes to, in one sentence that promises no more than the figures bear.
public struct Verdict: Codable, Sendable, Equatable {
  public enum Kind: String, Codable, Sendable {
    /// The nonlinear components explain more.
    case nonlinear
    /// They explain more, but hardly: the interval leaves out 0, and the gain is below 0.01.
    case hardly
    /// The linear components do as well.
    case linear
  }

  public var kind: Kind
  public var sentence: String
  /// The number of components that it is about, and that single models are drawn of.
  public var components: Int

  /// A gain below this is of no use, however sure.
  static let smallestUsefulGain = 0.01

  public init(kind: Kind, sentence: String, components: Int) {
    self.kind = kind
    self.sentence = sentence
    self.components = components
  }

  /// Reads the figures of all numbers of components.
  ///
  /// A gain counts when its whole interval lies above 0. Among those of 0.01 and more, the sentence
  /// is about the number of components that saves the most linear ones; of equal savings, about the
  /// one with the larger gain.
  ///
  /// - Parameters:
  ///   - results: At least one, ascending in the number of components.
  ///   - linearCurve: What 1, 2, … linear components explain, beyond those of the results.
  public init(_ results: [ComponentCountResult], linearCurve: [Double] = []) {
    precondition(!results.isEmpty, "a verdict needs figures")
    let sure = results.filter { $0.gain.low > 0 }
    let useful = sure.filter { $0.gain.value >= Verdict.smallestUsefulGain }
    let linear = Verdict.linearValues(results, linearCurve)
    func worth(_ result: ComponentCountResult) -> (Int, Double) {
      (
        Verdict.linearEquivalent(of: result, linear: linear).components - result.components,
        result.gain.value
      )
    }
    if let best = useful.max(by: { worth($0) < worth($1) }) {
      self.init(
        kind: .nonlinear, sentence: Verdict.gained(best, linear), components: best.components)
    } else if let best = sure.max(by: { $0.gain.value < $1.gain.value }) {
      self.init(
        kind: .hardly,
        sentence: "Hardly anything gained: \(Verdict.nonlinear(best.components)) more than as many "
          + "linear ones by \(best.gain.text()) only; use PCA unless that matters.",
        components: best.components)
    } else {
      let best = results.max { $0.gain.value < $1.gain.value } ?? results[0]
      let isWorse = results.contains { $0.gain.high < -Verdict.smallestUsefulGain }
      self.init(
        kind: .linear,
        sentence: (isWorse
          ? "Nothing gained, and something lost: "
          : "Nothing gained: this table is linear as far as \(inWords(results.count)) "
            + "\(results.count == 1 ? "comparison" : "comparisons") can tell; ")
          + "use PCA (largest gain \(best.gain.text()), with "
          + "\(counted(best.components, "component"))).",
        components: best.components)
    }
  }

  private static func gained(_ best: ComponentCountResult, _ linear: [Double?]) -> String {
    let equivalent = linearEquivalent(of: best, linear: linear)
    let gain = "gain over \(inWords(best.components)) linear \(best.gain.text(digits: 2))"
    let subject = nonlinear(best.components)
    let own = best.nonlinear.test.value
    if equivalent.components == best.components {
      return "\(subject) \(percent(own)) of the variance of unseen rows, as many linear ones "
        + "\(percent(best.linear.test.value)) (\(gain))."
    }
    return "\(subject) \(equivalent.isBeyond ? "more than" : "as much as") "
      + "\(inWords(equivalent.components)) linear ones (\(gain))."
  }

  private static func nonlinear(_ count: Int) -> String {
    count == 1
      ? "One nonlinear component explains"
      : "\(inWords(count).capitalizedFirst) nonlinear components explain"
  }

  private static func percent(_ share: Double) -> String {
    "\(shortDecimal(100 * share, digits: 0)) %"
  }

  /// The most linear components that explain no more than these nonlinear ones.
  ///
  /// - Parameter linear: What 1, 2, … linear components explain, nil where that is not known.
  /// - Returns: Their number, and whether no larger number is known to explain more.
  static func linearEquivalent(
    of result: ComponentCountResult, linear: [Double?]
  ) -> (components: Int, isBeyond: Bool) {
    var reached = result.components
    for (index, value) in linear.enumerated() where index + 1 > result.components {
      guard let value else { continue }
      if value > result.nonlinear.test.value { return (reached, false) }
      reached = index + 1
    }
    return (reached, true)
  }

  /// What 1, 2, … linear components explain by the results, and beyond them by the curve.
  private static func linearValues(
    _ results: [ComponentCountResult], _ curve: [Double]
  ) -> [Double?] {
    let count = max(curve.count, results.last?.components ?? 0)
    var values = (0..<count).map { curve.indices.contains($0) ? curve[$0] : nil }
    for result in results { values[result.components - 1] = result.linear.test.value }
    return values
  }
}
