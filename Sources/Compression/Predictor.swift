import LatentModels
import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// What predicts a row's cells from a few numbers, and how finely those are kept.
struct Predictor: Hashable {
  enum Kind: UInt64 {
    case nonlinear = 1
    case linear = 2
  }

  let kind: Kind
  let components: Int
  /// Latents, of variance one, are kept as multiples of 2^-precision.
  let precision: Int

  static let precisions = [1, 3, 5, 7, 9, 12]
  static let precisionLimit = 24
}

/// The parts of a model that a block needs, each made once.
final class Predictors {
  private let model: TableModel
  private let threads: Int
  private var networks: [Int: PlainNetwork] = [:]
  private var axes: [Int: FittedPCA] = [:]

  init(_ model: TableModel, threads: Int) {
    self.model = model
    self.threads = threads
  }

  private var autoencoder: FittedAutoencoder? { model.latentModel as? FittedAutoencoder }
  private var pca: FittedPCA? { model.latentModel as? FittedPCA ?? autoencoder?.pca }

  /// The kinds and numbers of components worth trying; precisions are the caller's.
  func candidates(linearOnly: Bool) throws -> [(kind: Predictor.Kind, components: Int)] {
    var found: [(kind: Predictor.Kind, components: Int)] = []
    func some(_ lengths: ClosedRange<Int>) -> [Int] {
      let top = lengths.upperBound
      return Set([(top + 3) / 4, (top + 1) / 2, (3 * top + 3) / 4, top])
        .filter { lengths.contains($0) }.sorted()
    }
    if let pca { found += some(1...pca.componentCount).map { (.linear, $0) } }
    guard let autoencoder, !linearOnly else { return found }
    for components in some(autoencoder.lengths) where try network(components) != nil {
      found.append((.nonlinear, components))
    }
    return found
  }

  /// Whether the model has such a predictor: a file may ask for any.
  func has(_ predictor: Predictor) -> Bool {
    guard predictor.components >= 1, (0...Predictor.precisionLimit).contains(predictor.precision)
    else { return false }
    switch predictor.kind {
    case .linear: return predictor.components <= pca?.componentCount ?? 0
    case .nonlinear:
      guard let autoencoder, autoencoder.lengths.contains(predictor.components) else {
        return false
      }
      return (try? network(predictor.components)).flatMap(\.self) != nil
    }
  }

  /// The latents that say most about rows, each of variance one over the training rows.
  func latents(
    _ samples: PreparedSamples, _ kind: Predictor.Kind, components: Int
  ) throws -> Matrix<Double> {
    switch kind {
    case .nonlinear:
      guard let autoencoder else { return Matrix(rowCount: samples.sampleCount, columnCount: 0) }
      return try autoencoder.nonlinearLatents(samples, components: components)
    case .linear:
      let pca = try axes(components)
      var scores = try pca.encode(samples, components: components)
      let scales = scales(pca)
      for place in scores.elements.indices { scores.elements[place] /= scales[place % components] }
      return scores
    }
  }

  /// The features that latents stand for, to the last bit the same on every machine.
  ///
  /// - Parameter multiples: Of 2^-precision, row by row.
  func features(_ multiples: [Int64], by predictor: Predictor) throws -> Matrix<Double> {
    let components = predictor.components
    let unit = 1 / Double(1 << predictor.precision)
    var latents = Matrix(
      rowCount: multiples.count / components, columnCount: components,
      elements: multiples.map { Double($0) * unit })
    switch predictor.kind {
    case .nonlinear:
      guard let autoencoder, let network = try network(components) else {
        throw CompressionError.Problem.otherModel
      }
      let scale = autoencoder.latentScale
      for place in latents.elements.indices {
        let component = place % components
        latents.elements[place] =
          latents.elements[place] / scale.factor[component] + scale.center[component]
      }
      return network.predict(latents, threads: threads)
    case .linear:
      let pca = try axes(components)
      let scales = scales(pca)
      var features = Matrix<Double>(
        rowCount: latents.rowCount, columnCount: pca.featureCount)
      for row in 0..<latents.rowCount {
        for column in 0..<pca.featureCount {
          var sum = pca.mean[column]
          for component in 0..<components {
            sum += latents[row, component] * scales[component] * pca.components[component, column]
          }
          features[row, column] = sum
        }
      }
      return features
    }
  }

  private func scales(_ pca: FittedPCA) -> [Double] {
    pca.explainedVariance.map { $0 > 0 ? $0.squareRoot() : 1 }
  }

  private func axes(_ components: Int) throws -> FittedPCA {
    if let made = axes[components] { return made }
    guard let pca else { throw CompressionError.Problem.otherModel }
    let first = try pca.first(components)
    // Without whitening, whose scales are not needed here.
    let made = try FittedPCA(
      mean: first.mean, components: first.components, explainedVariance: first.explainedVariance,
      totalVariance: first.totalVariance, noiseVariance: first.noiseVariance,
      sampleCount: first.sampleCount)
    axes[components] = made
    return made
  }

  private func network(_ components: Int) throws -> PlainNetwork? {
    if let made = networks[components] { return made }
    let made = try autoencoder.flatMap { PlainNetwork(try $0.decoder(components: components)) }
    networks[components] = made
    return made
  }
}
