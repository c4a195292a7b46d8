import Evaluation
import FoundationEssentials

/// The numbers that a page draws, as they stand in it.
struct PageData: Encodable {
  let components: [Int]
  let nonlinear: [Interval]
  let linear: [Interval]
  /// Kernel PCA's; nil when it was not fitted.
  let kernel: [Interval]?
  let nonlinearTraining: [Double]?
  let linearTraining: [Double]?
  let gain: [Interval]
  /// What the bars of additions are of: `1`, or `3–5` where numbers of components are skipped.
  let steps: [String]
  let nonlinearAdds: [Double]
  let linearAdds: [Double]
  let scree: [Double]
  let columns: [ColumnBars]
  let drawings: Drawings

  struct ColumnBars: Encodable {
    let name: String
    let nonlinear: Double?
    let linear: Double?
    let gain: Interval?
  }

  /// Columns that are drawn at most.
  static let drawnColumns = 16

  init(_ report: ComparisonReport) {
    let comparison = report.comparison
    let results = comparison.results
    func short(_ interval: Interval) -> Interval {
      Interval(
        value: rounded(interval.value), low: rounded(interval.low), high: rounded(interval.high))
    }
    components = results.map(\.components)
    nonlinear = results.map { short($0.nonlinear.test) }
    linear = results.map { short($0.linear.test) }
    let kernels = results.compactMap(\.kernel)
    kernel = kernels.isEmpty ? nil : kernels.map { short($0.test) }
    gain = results.map { short($0.gain) }
    let training = results.compactMap { result in
      result.nonlinear.training.flatMap { own in
        result.linear.training.map { (rounded(own.value), rounded($0.value)) }
      }
    }
    let isTrained = training.count == results.count
    nonlinearTraining = isTrained ? training.map(\.0) : nil
    linearTraining = isTrained ? training.map(\.1) : nil
    let additions = comparison.additions
    steps = additions.map(\.name)
    nonlinearAdds = additions.map { rounded($0.nonlinear) }
    linearAdds = additions.map { rounded($0.linear) }
    scree = comparison.scree.map(rounded)
    let drawn = results.first { $0.components == comparison.verdict.components } ?? results[0]
    columns = comparison.columnRows(of: drawn).filter { $0.gain != nil }
      .prefix(PageData.drawnColumns).map {
        ColumnBars(
          name: $0.name, nonlinear: $0.nonlinear.map(rounded), linear: $0.linear.map(rounded),
          gain: $0.gain.map(short))
      }
    drawings = report.drawings
  }

  /// JSON that may stand within a script element: nothing in it can end that.
  func embedded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var result = ""
    for scalar in String(decoding: try encoder.encode(self), as: UTF8.self).unicodeScalars {
      switch scalar {
      case "<": result += "\\u003c"
      case ">": result += "\\u003e"
      case "&": result += "\\u0026"
      case "\u{2028}": result += "\\u2028"
      case "\u{2029}": result += "\\u2029"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Comparison {
  /// What each more component, or step of several, adds to the explained variance of held-out rows.
  var additions: [(name: String, nonlinear: Double, linear: Double)] {
    var before = (components: 0, nonlinear: 0.0, linear: 0.0)
    return results.map { result in
      defer {
        before = (result.components, result.nonlinear.test.value, result.linear.test.value)
      }
      let first = before.components + 1
      return (
        first == result.components ? "\(first)" : "\(first)–\(result.components)",
        result.nonlinear.test.value - before.nonlinear,
        result.linear.test.value - before.linear
      )
    }
  }
}
