import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// What missing cells are filled from: nonlinear components, linear ones, training rows, or several.
public struct FillingMethod: Codable, Sendable, Hashable {
  /// The autoencoder's first so many components; 0 for none of them.
  public var nonlinear: Int
  /// The first so many of linear PCA; 0 for none of them.
  public var linear: Int
  /// So many of the training rows nearest to a row; nil for none of them.
  public var neighbors: Int?

  var neighborCount: Int { neighbors ?? 0 }
}

/// Fills the missing cells of rows from what a model makes of their observed ones.
struct CellFiller {
  /// Views of the same rows, shape `[samples, features]` each; nil where a method has none.
  struct Fillings {
    var nonlinear: Matrix<Double>?
    var linear: Matrix<Double>?
    var neighbors: Matrix<Double>?
  }

  private let autoencoder: FittedAutoencoder?
  private let start: FittedPCA?
  private let pca: FittedPCA?
  private let neighbors: NeighborFiller?
  private let components: Int
  /// The variance of a feature that the nonlinear components leave.
  private let noise: Double

  /// Rounds after which a row counts as settled whether it is or not.
  private let roundLimit: Int

  /// The change of a cell, in deviations, below which it has settled.
  private static let tolerance = 1e-3

  /// - Parameters:
  ///   - model: Serves the method's numbers of components.
  ///   - references: Training rows; a method that fills from none needs none.
  init(
    _ model: any LatentModel, by method: FillingMethod, noise: Double,
    references: ReferenceRows?, _ errors: StandardizedErrors, roundLimit: Int = 20
  ) throws {
    self.roundLimit = roundLimit
    self.noise = noise
    components = method.nonlinear
    let all = model.fillingComponents
    pca = method.linear > 0 ? try all?.first(method.linear) : nil
    autoencoder = method.nonlinear > 0 ? model as? FittedAutoencoder : nil
    neighbors = method.neighbors.flatMap { count in
      references.map { NeighborFiller($0, errors, neighborCount: count) }
    }
    start = try all?.first(max(1, method.nonlinear))
  }

  /// The samples with what each view expects where nothing was observed.
  func fillings(_ samples: PreparedSamples) throws -> Fillings {
    guard let observed = samples.observed else {
      return Fillings(
        nonlinear: samples.values, linear: samples.values, neighbors: samples.values)
    }
    var fillings = Fillings()
    fillings.neighbors = neighbors?.filled(samples)
    fillings.linear = try pca?.fillingMissing(samples.values, observed: observed)
    if let autoencoder {
      // Rows without any observed cell have nothing to begin from but the mean, which is 0.
      let start = try start?.fillingMissing(samples.values, observed: observed)
      fillings.nonlinear = try settled(start ?? samples.values, samples, autoencoder)
    }
    return fillings
  }

  /// Goes from filled cells to latents and back until no cell moves.
  ///
  /// The latents of a round are the likeliest ones given the observed cells, searched for from
  /// what the encoder makes of the row as it was filled before.
  private func settled(
    _ start: Matrix<Double>, _ samples: PreparedSamples, _ model: FittedAutoencoder
  ) throws -> Matrix<Double> {
    var result = start
    var rows = Array(0..<samples.sampleCount)
    for _ in 0..<roundLimit {
      let current = PreparedSamples(
        values: result.rows(at: rows), observed: samples.observed?.rows(at: rows))
      let given = try model.expected(
        current, components: components, noise: noise)
      var moving: [Int] = []
      for (position, row) in rows.enumerated() {
        var change = 0.0
        for column in 0..<samples.featureCount
        where !(samples.observed?[row, column] ?? true) {
          change = max(change, abs(given[position, column] - result[row, column]))
          result[row, column] = given[position, column]
        }
        if change > CellFiller.tolerance { moving.append(row) }
      }
      rows = moving
      if rows.isEmpty { break }
    }
    return result
  }
}

extension LatentModel {
  /// All linear components that missing cells may be filled from.
  var fillingComponents: FittedPCA? {
    if let autoencoder = self as? FittedAutoencoder {
      return autoencoder.fillingPCA ?? autoencoder.pca
    }
    return self as? FittedPCA
  }
}

extension FittedAutoencoder {
  /// Rows as the networks give them back, also where linear PCA stands in for them.
  func nonlinearReconstructions(
    _ samples: PreparedSamples, components: Int
  ) throws -> Matrix<Double> {
    try expected(samples, components: components, noise: 0)
  }

  /// Rows as the likeliest latents give them back.
  fileprivate func expected(
    _ samples: PreparedSamples, components: Int, noise: Double
  ) throws -> Matrix<Double> {
    let latents = try likeliestLatents(samples, components: components, noise: noise)
    return try decoder(components: components).predict(latents, threads: threads)
      .converted(to: Double.self)
  }

  /// Latents before ``latentScale``, also where linear PCA stands in for them.
  ///
  /// - Parameters:
  ///   - samples: Values everywhere; those not observed only say where to begin.
  ///   - noise: The variance of a feature that so many components leave. Latents have variance
  ///     one, so that it weighs their distance from the mean beside the squared error.
  private func likeliestLatents(
    _ samples: PreparedSamples, components: Int, noise: Double
  ) throws -> Matrix<Float> {
    let features = try samples.singlePrecision()
    var latents = try encoder.predict(features, threads: threads)
    if components < componentCount { latents = latents.columns(at: Array(0..<components)) }
    guard codes == .refined else { return latents }
    let prior = LatentPrior(
      center: Array(latentScale.center.prefix(components)),
      weights: latentScale.factor.prefix(components).map { noise * $0 * $0 })
    return try refinement(components: components).refine(
      latents, toward: features, mask: samples.observed, prior: noise > 0 ? prior : nil)
  }

  /// Latents of variance one for the decoder of so many components, also where linear PCA stands
  /// in for them.
  package func nonlinearLatents(
    _ samples: PreparedSamples, components: Int
  ) throws -> Matrix<Double> {
    latentScale.applied(to: try likeliestLatents(samples, components: components, noise: 0))
      .converted(to: Double.self)
  }
}

extension FittedPCA {
  /// The model of the first so many components.
  package func first(_ count: Int) throws -> FittedPCA {
    guard count < componentCount else { return self }
    let left = min(sampleCount, featureCount)
    let dropped = explainedVariance[count...].reduce(0, +)
    let noise =
      left > count
      ? (noiseVariance * Double(max(0, left - componentCount)) + dropped) / Double(left - count) : 0
    return try FittedPCA(
      mean: mean, components: components.rows(at: Array(0..<count)),
      explainedVariance: Array(explainedVariance[..<count]), totalVariance: totalVariance,
      noiseVariance: noise, sampleCount: sampleCount, isWhitened: isWhitened)
  }
}
