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

  /// What a model is tried to fill with.
  struct Materials {
    let preprocessor: FittedPreprocessor
    /// Whether the model will keep training rows, to fill from them too.
    let keepsRows: Bool

    /// Rows to fill from.
    func references(_ training: PreparedSamples) -> ReferenceRows? {
      guard keepsRows else { return nil }
      let limit = ReferenceRows.limit(featureCount: training.featureCount)
      return ReferenceRows(
        training.evenlySpaced(limit: limit), StandardizedErrors(preprocessor))
    }
  }

  /// Hides cells of held-out rows and fills them by every method.
  ///
  /// - Parameter training: What the model was fitted to.
  init(
    _ samples: PreparedSamples, by model: any LatentModel, training: PreparedSamples,
    _ materials: Materials
  ) throws {
    let preprocessor = materials.preprocessor
    let references = materials.references(training)
    let errors = StandardizedErrors(preprocessor)
    let autoencoder = model as? FittedAutoencoder
    let all = model.fillingComponents?.componentCount ?? 0
    // Every row misses other cells, and the linear view factorizes a matrix for each.
    let hidden = HiddenCells(
      samples, columns: errors.features,
      rowLimit: min(400, max(60, 500_000_000 / max(1, samples.featureCount * all * all))))
    guard !hidden.cells.isEmpty else { return }
    func fillings(_ method: FillingMethod, noise: Double) throws -> CellFiller.Fillings {
      try CellFiller(
        model, by: method, noise: noise, references: references, errors, roundLimit: 4
      ).fillings(hidden.samples)
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
            at(hidden.originals.values),
            [at(fillings.nonlinear), at(fillings.linear), at(fillings.neighbors)])
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
    let neighbors = FillingMethod(
      nonlinear: 0, linear: 0, neighbors: references.map { _ in NeighborFiller.usualCount })
    let near = try references.map { _ in try fillings(neighbors, noise: 0).neighbors }
    /// Counts a way to fill, alone and with the nearest rows beside it.
    func count(_ method: FillingMethod, _ found: CellFiller.Fillings, noise: Double) {
      outcomes[method] = outcome(found, noise: noise)
      guard let near else { return }
      var (method, found) = (method, found)
      method.neighbors = neighbors.neighbors
      found.neighbors = near
      outcomes[method] = outcome(found, noise: noise)
    }
    if let near { outcomes[neighbors] = outcome(CellFiller.Fillings(neighbors: near), noise: 0) }
    var filled: [(components: Int, Matrix<Double>)] = []
    for components in Set((1...6).map { (all * $0 + 5) / 6 }).sorted() where components > 0 {
      let method = FillingMethod(nonlinear: 0, linear: components)
      let found = try fillings(method, noise: 0)
      count(method, found, noise: 0)
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
      count(alone, found, noise: noise)
      for (linear, filled) in filled {
        found.linear = filled
        count(FillingMethod(nonlinear: components, linear: linear), found, noise: noise)
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
      ($0.nonlinear + $0.linear, $0.nonlinear, $0.neighborCount)
        < ($1.nonlinear + $1.linear, $1.nonlinear, $1.neighborCount)
    }
    var best: (method: FillingMethod, error: Double)?
    for method in order {
      let all = outcomes[method]?.columns ?? []
      let shares = method.shares(all)
      let columns = zip(all, shares).filter { $0.0.count > 0 }
      let error =
        columns.reduce(0) { $0 + $1.0.meanSquaredError($1.1) } / Double(max(1, columns.count))
      if error < best?.error ?? .infinity { best = (method, error) }
    }
    guard let method = best?.method, let outcome = outcomes[method] else { return nil }
    let errors = StandardizedErrors(preprocessor)
    var columns: [FillingReport.Column] = []
    let fitted = method.shares(outcome.columns)
    for (column, sums) in outcome.columns.enumerated() {
      let deviation = errors.columnDeviation(column)
      // A category goes to the level that all views together find likeliest.
      let shares = deviation == nil ? method.evenShares : fitted[column]
      var report = FillingReport.Column(
        nonlinear: Float(shares[0]), linear: Float(shares[1]),
        neighbors: method.neighbors == nil ? nil : Float(shares[2]), error: nil)
      if sums.count > 0 {
        if let deviation {
          report.error = Float(sums.meanSquaredError(shares).squareRoot() * deviation)
        } else {
          report.error = Float(sums.wrongCount / sums.count)
        }
      }
      columns.append(report)
    }
    return FillingReport(method: method, noise: outcome.noise, columns: columns)
  }
}

extension FillingMethod {
  /// The same share for each view that the method has.
  fileprivate var evenShares: FillingSums.Views {
    let views: FillingSums.Views = [
      nonlinear > 0 ? 1 : 0, linear > 0 ? 1 : 0, neighbors == nil ? 0 : 1,
    ]
    return views / max(1, views.sum())
  }

  /// The views' shares of each column, near those that suit all columns where its cells are few.
  fileprivate func shares(_ columns: [FillingSums]) -> [FillingSums.Views] {
    let all = columns.reduce(FillingSums()) { $0 + $1 }.shares(toward: evenShares)
    return columns.map { column in
      let shares = column.shares(toward: all)
      return column.isWorthFilling(shares) ? shares : .zero
    }
  }
}

extension CellFiller.Fillings {
  /// What all views expect on average of some features of a row, as a row of its own.
  func mean(_ row: Int, _ features: Range<Int>) -> Matrix<Double> {
    let views = [nonlinear, linear, neighbors].compactMap(\.self)
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
