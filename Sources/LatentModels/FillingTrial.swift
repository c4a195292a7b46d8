import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// How well hidden cells of held-out rows were filled, by each method that a model has.
///
/// It holds sums only, so that the trials of folds can be added up.
struct FillingTrial {
  private struct Outcome {
    /// One for each column of the schema.
    var columns: [FillingSums]
    /// The variance of a feature that the nonlinear components leave.
    var noise: Double
    var rowCount: Int
  }

  private var outcomes: [FillingMethod: Outcome] = [:]

  /// Hides cells of held-out rows and fills them by every method.
  init(
    _ samples: PreparedSamples, by model: any LatentModel, preprocessor: FittedPreprocessor
  ) throws {
    let errors = StandardizedErrors(preprocessor)
    let autoencoder = model as? FittedAutoencoder
    let all = model.fillingComponents?.componentCount ?? 0
    // Every row misses other cells, and the linear view factorizes a matrix for each.
    let hidden = HiddenCells(
      samples, columns: errors.features,
      rowLimit: min(400, max(60, 500_000_000 / max(1, samples.featureCount * all * all))))
    guard !hidden.cells.isEmpty else { return }
    func fillings(_ method: FillingMethod, noise: Double) throws -> CellFiller.Fillings {
      try CellFiller(model, by: method, noise: noise, roundLimit: 4).fillings(hidden.samples)
    }
    func outcome(_ fillings: CellFiller.Fillings, noise: Double) -> Outcome {
      var sums = Array(repeating: FillingSums(), count: errors.features.count)
      for (row, column) in hidden.cells {
        let coding = preprocessor.codings[column]
        let features = errors.features[column]
        for feature in features {
          func at(_ matrix: Matrix<Double>?) -> Double {
            matrix.map { errors.standardized($0[row, feature], feature) } ?? 0
          }
          sums[column].add(
            at(hidden.originals.values), nonlinear: at(fillings.nonlinear),
            linear: at(fillings.linear))
        }
        sums[column].count += 1
        guard case .oneHot = coding else { continue }
        let mean = fillings.mean(row, features)
        let right = coding.likeliestLevel(in: hidden.originals.values, row: row, features: features)
        if coding.likeliestLevel(in: mean, row: 0, features: 0..<features.count) != right {
          sums[column].wrongCount += 1
        }
      }
      return Outcome(columns: sums, noise: noise, rowCount: samples.sampleCount)
    }
    var filled: [(components: Int, Matrix<Double>)] = []
    for components in Set((1...6).map { (all * $0 + 5) / 6 }).sorted() where components > 0 {
      let method = FillingMethod(nonlinear: 0, linear: components)
      let found = try fillings(method, noise: 0)
      outcomes[method] = outcome(found, noise: 0)
      if let linear = found.linear { filled.append((components, linear)) }
    }
    guard let autoencoder else { return }
    // Each number of components costs a search for latents; all of them and half tell enough.
    let lengths = model.lengths
    let tried = Set([max(lengths.lowerBound, (lengths.upperBound + 1) / 2), lengths.upperBound])
    let complete = samples.evenlySpaced(limit: 300)
    for components in tried {
      let noise = try autoencoder.noise(in: complete, components: components)
      let alone = FillingMethod(nonlinear: components, linear: 0)
      var found = try fillings(alone, noise: noise)
      outcomes[alone] = outcome(found, noise: noise)
      for (linear, filled) in filled {
        found.linear = filled
        outcomes[FillingMethod(nonlinear: components, linear: linear)] = outcome(
          found, noise: noise)
      }
    }
  }

  /// Adds up trials of folds.
  init(joining parts: [FillingTrial]) {
    for part in parts {
      for (method, outcome) in part.outcomes {
        guard let before = outcomes[method] else {
          outcomes[method] = outcome
          continue
        }
        let rows = before.rowCount + outcome.rowCount
        outcomes[method] = Outcome(
          columns: zip(before.columns, outcome.columns).map { $0 + $1 },
          noise: (before.noise * Double(before.rowCount) + outcome.noise * Double(outcome.rowCount))
            / Double(rows), rowCount: rows)
      }
    }
  }

  /// The method whose hidden cells were least off, and what to expect of it; nil when no cell was
  /// hidden.
  func best(preprocessor: FittedPreprocessor) -> FillingReport? {
    // Of equals the simplest, whatever order a dictionary has them in.
    let order = outcomes.keys.sorted {
      ($0.nonlinear + $0.linear, $0.nonlinear) < ($1.nonlinear + $1.linear, $1.nonlinear)
    }
    var best: (method: FillingMethod, error: Double)?
    for method in order {
      let columns = outcomes[method]?.columns.filter { $0.count > 0 } ?? []
      let error = columns.reduce(0) { $0 + $1.meanSquaredError } / Double(max(1, columns.count))
      if error < best?.error ?? .infinity { best = (method, error) }
    }
    guard let method = best?.method, let outcome = outcomes[method] else { return nil }
    let errors = StandardizedErrors(preprocessor)
    var columns: [FillingReport.Column] = []
    for (column, sums) in outcome.columns.enumerated() {
      let even: Float = method.nonlinear > 0 && method.linear > 0 ? 0.5 : 1
      var report = FillingReport.Column(
        nonlinear: method.nonlinear > 0 ? even : 0, linear: method.linear > 0 ? even : 0,
        error: nil)
      if sums.count > 0 {
        if let deviation = errors.columnDeviation(column) {
          let shares = sums.weights
          report.nonlinear = Float(shares.nonlinear)
          report.linear = Float(shares.linear)
          report.error = Float(sums.meanSquaredError.squareRoot() * deviation)
        } else {
          report.error = Float(sums.wrongCount / sums.count)
        }
      }
      columns.append(report)
    }
    return FillingReport(method: method, noise: outcome.noise, columns: columns)
  }
}

extension CellFiller.Fillings {
  /// What both views expect on average of some features of a row, as a row of its own.
  func mean(_ row: Int, _ features: Range<Int>) -> Matrix<Double> {
    let views = [nonlinear, linear].compactMap(\.self)
    return Matrix(rows: [
      features.map { feature in
        views.reduce(0) { $0 + $1[row, feature] } / Double(max(1, views.count))
      }
    ])
  }
}

extension FittedAutoencoder {
  /// The variance that the first components leave in a feature of rows, held-out ones for choice.
  fileprivate func noise(in samples: PreparedSamples, components: Int) throws -> Double {
    let given = try nonlinearReconstructions(samples, components: components)
    var (sum, count) = (0.0, 0.0)
    for row in 0..<samples.sampleCount {
      sum += samples.squaredError(of: given, row)
      count += Double((0..<samples.featureCount).count { samples.observed?[row, $0] ?? true })
    }
    // As many numbers as latents were fitted to each row, which then looks better than it is.
    let free = Double(samples.featureCount - components) / Double(samples.featureCount)
    return count > 0 ? sum / count / max(0.1, free) : 0
  }
}
