import Evaluation
import LatentModels

/// Figures of one split after another, brought together.
///
/// Values are means over the splits; an interval is that of the resamples of all splits together,
/// so that it holds what chance does to the rows that judge and to the split as well.
extension ComponentCountResult {
  init(_ pairs: [JudgedPair]) throws(ComparisonError) {
    guard
      let gain = Interval(
        mean: pairs.map { $0.nonlinear.test.gain(over: $0.linear.test) },
        resampled: pairs.flatMap {
          $0.nonlinear.test.resampledGains(over: $0.linear.test, $0.split.judging.bootstrap)
        })
    else { throw ComparisonError(.nothingToExplain) }
    let nonlinear = try MethodResult(pairs.map { ($0.nonlinear, $0.split) })
    let linear = try MethodResult(pairs.map { ($0.linear, $0.split) })
    let kernels = pairs.compactMap { pair in pair.kernel.map { ($0, pair.split) } }
    self.init(
      components: pairs[0].components, nonlinear: nonlinear, linear: linear,
      kernel: kernels.isEmpty ? nil : try MethodResult(kernels), gain: gain,
      columnGains: nonlinear.columns.indices.map { column in
        Interval(
          mean: pairs.map { pair in
            pair.nonlinear.columns[column].flatMap { own in
              pair.linear.columns[column].map { own - $0 }
            }
          }, resampled: pairs.flatMap { $0.columnGainDraws[column].map(Double.init) })
      },
      columnContributions: pairs[0].nonlinear.columnErrors.indices.map { column in
        mean(
          pairs.map { pair in
            pair.nonlinear.columnErrors[column].flatMap { own in
              pair.linear.columnErrors[column].map { $0 - own }
            }
          })
      })
  }
}

extension MethodResult {
  fileprivate init(
    _ judged: [(method: JudgedMethod, split: JudgedSplit)]
  ) throws(ComparisonError) {
    func interval(_ errors: (JudgedMethod) -> RowErrors?, isTest: Bool) -> Interval? {
      Interval(
        mean: judged.map { errors($0.method)?.explainedVariance },
        resampled: judged.flatMap { method, split in
          var bootstrap = split.judging.bootstrap
          if !isTest { bootstrap.groups = nil }
          return errors(method)?.resampledExplainedVariances(bootstrap) ?? []
        })
    }
    guard let test = interval({ $0.test }, isTest: true) else {
      throw ComparisonError(.nothingToExplain)
    }
    let methods = judged.map(\.method)
    self.init(
      training: interval({ $0.training }, isTest: false), test: test,
      columns: methods[0].columns.indices.map { column in mean(methods.map { $0.columns[column] })
      },
      categoryAccuracy: mean(methods.map(\.categoryAccuracy)),
      pixelError: mean(methods.map(\.pixelError)),
      neighbors: NeighborPreservation(mean: methods.compactMap(\.neighbors)),
      largestCorrelation: mean(methods.map(\.largestCorrelation)),
      seconds: mean(methods.map(\.seconds)),
      modelBytes: methods.reduce(0) { $0 + $1.modelBytes } / methods.count,
      linearFits: methods.count(where: \.isLinear))
  }
}

extension Interval {
  /// Nil when there is nothing to be the mean of.
  fileprivate init?(mean values: [Double?], resampled: [Double]) {
    guard let value = mean(values) else { return nil }
    self.init(value: value, resampled: resampled)
  }
}

extension NeighborPreservation {
  fileprivate init?(mean all: [NeighborPreservation]) {
    guard let first = all.first else { return nil }
    let count = Double(all.count)
    self.init(
      trustworthiness: all.reduce(0) { $0 + $1.trustworthiness } / count,
      continuity: all.reduce(0) { $0 + $1.continuity } / count,
      neighborCount: first.neighborCount, rowCount: first.rowCount)
  }
}

/// The mean of the numbers that are known; nil when none is.
private func mean(_ values: [Double?]) -> Double? {
  let known = values.compactMap(\.self)
  return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
}
