import Evaluation
import Reports
import Testing

/// A result of so many components whose interval is the gain and as much on either side.
func result(
  _ components: Int, nonlinear: Double, linear: Double, margin: Double = 0.01
) -> ComponentCountResult {
  func interval(_ value: Double) -> Interval {
    Interval(value: value, low: value - margin, high: value + margin)
  }
  func method(_ value: Double) -> MethodResult {
    MethodResult(training: interval(value), test: interval(value), columns: [value, nil])
  }
  return ComponentCountResult(
    components: components, nonlinear: method(nonlinear), linear: method(linear),
    gain: interval(nonlinear - linear), columnGains: [interval(nonlinear - linear), nil],
    columnContributions: [nonlinear - linear, nil])
}

@Test func `the verdict names the number of components that saves most linear ones`() {
  let verdict = Verdict([
    result(1, nonlinear: 0.3, linear: 0.28), result(2, nonlinear: 0.62, linear: 0.48),
    result(3, nonlinear: 0.65, linear: 0.55), result(4, nonlinear: 0.7, linear: 0.58),
    result(5, nonlinear: 0.72, linear: 0.61), result(6, nonlinear: 0.73, linear: 0.66),
  ])
  #expect(verdict.kind == .nonlinear)
  #expect(verdict.components == 2)
  #expect(
    verdict.sentence
      == "Two nonlinear components explain as much as five linear ones (gain over two linear "
      + "0.14 ± 0.01).")
}

@Test func `linear components beyond those compared count too`() {
  let results = [result(1, nonlinear: 0.5, linear: 0.2), result(2, nonlinear: 0.65, linear: 0.3)]
  #expect(
    Verdict(results).sentence.hasPrefix(
      "One nonlinear component explains more than two linear ones"))
  let curve = [0.2, 0.3, 0.52, 0.6, 0.7]
  #expect(
    Verdict(results, linearCurve: curve).sentence.hasPrefix(
      "Two nonlinear components explain as much as four linear ones"))
}

@Test func `a gain whose interval holds 0 is nothing gained`() {
  let verdict = Verdict([
    result(1, nonlinear: 0.505, linear: 0.5), result(2, nonlinear: 0.7, linear: 0.7),
  ])
  #expect(verdict.kind == .linear)
  #expect(verdict.sentence.hasPrefix("Nothing gained: this table is linear"))
  #expect(verdict.sentence.contains("use PCA"))
}

@Test func `a sure gain too small to matter is called so`() {
  let verdict = Verdict([result(3, nonlinear: 0.506, linear: 0.5, margin: 0.001)])
  #expect(verdict.kind == .hardly)
  #expect(verdict.sentence.hasPrefix("Hardly anything gained"))
}

@Test func `what is lost is said`() {
  let verdict = Verdict([result(1, nonlinear: 0.4, linear: 0.5)])
  #expect(verdict.kind == .linear)
  #expect(verdict.sentence.hasPrefix("Nothing gained, and something lost"))
}
