import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// Where the latents of a row come from.
public enum Codes: String, Codable, Sendable, CaseIterable {
  /// Straight from the encoder.
  case encoder
  /// From the encoder, then improved until the decoder gives the row back as well as it can.
  case refined
}

/// A trained autoencoder: an encoder and its decoder, and what makes its components ordered.
///
/// An ordered one has a decoder for each number of its first latents. Where linear PCA with as
/// many components did no worse on held-out rows, it stands in for that number of them.
/// Latents are scaled to mean 0 and variance 1 over the training rows.
public final class FittedAutoencoder: LatentModel {
  /// Features to latents as the decoders take them, before ``latentScale``.
  public let encoder: Model
  public let decoder: Model
  /// The first 1, 2, … latents, fewer than all, to features; empty for a model without order.
  public internal(set) var prefixDecoders: [Model]
  /// The decoder after the encoder.
  public let network: Model
  /// Linear PCA of the same training rows; nil for a model without a linear path.
  public let pca: FittedPCA?
  /// Linear PCA of more components, to fill missing cells from; nil where ``pca`` is enough.
  ///
  /// What the latents leave out of a row still says something about its other cells.
  var fillingPCA: FittedPCA?
  /// The numbers of components for which linear PCA stands in.
  public internal(set) var linearLengths: Set<Int> = []
  public internal(set) var latentScale: LatentScale
  /// How training went; nil for a model read from a file.
  public internal(set) var history: TrainingHistory?
  /// The loss of the validation samples before the first step; nil without them.
  var initialValidationLoss: Double?
  public let componentCount: Int
  public let featureCount: Int
  /// Which latents ``encode(_:components:)`` gives.
  public var codes: Codes
  /// Threads to encode with; the latents are the same for any number.
  public var threads = 1
  private var refinements: [Int: LatentRefinement] = [:]

  /// - Throws: ``ModelError`` when the parts do not belong together.
  init(
    encoder: Model, decoder: Model, prefixDecoders: [Model] = [], pca: FittedPCA?, codes: Codes
  ) throws {
    self.codes = codes
    self.encoder = encoder
    self.decoder = decoder
    self.prefixDecoders = prefixDecoders
    self.pca = pca
    featureCount = encoder.input.shape.reduce(1, *)
    componentCount = encoder.output.shape.reduce(1, *)
    latentScale = LatentScale(componentCount: componentCount)
    let features = Input(shape: encoder.input.shape)
    network = try Model(input: features, output: decoder(encoder(features)), name: "autoencoder")
  }

  public var isOrdered: Bool { prefixDecoders.count == componentCount - 1 }

  public func encode(_ samples: PreparedSamples, components: Int) throws -> Matrix<Double> {
    try encode(samples, components: components, codes: codes)
  }

  /// Encodes with the latents asked for, whatever ``codes`` says.
  ///
  /// The latents are numbers of Float32: written in full and read again, they decode to the same.
  public func encode(
    _ samples: PreparedSamples, components: Int, codes: Codes
  ) throws -> Matrix<Double> {
    if let pca = linearModel(components: components) {
      let scores = try pca.encode(samples, components: components)
      return pca.scaledToUnitVariance(scores).converted(to: Float.self).converted(to: Double.self)
    }
    let features = try samples.singlePrecision()
    var latents = try encoder.predict(features, threads: threads)
    if components < componentCount { latents = latents.columns(at: Array(0..<components)) }
    if codes == .refined {
      latents = try refinement(components: components)
        .refine(latents, toward: features, mask: samples.observed)
    }
    return latentScale.applied(to: latents).converted(to: Double.self)
  }

  public func decode(_ latents: Matrix<Double>) throws -> Matrix<Double> {
    let components = latents.columnCount
    // Read from text, a latent is the nearest Float64; it was written as a Float32.
    let latents = latents.converted(to: Float.self).converted(to: Double.self)
    if let pca = linearModel(components: components) {
      return try pca.decode(pca.scores(ofUnitVariance: latents))
    }
    return try decoder(components: components)
      .predict(latentScale.removed(from: latents).checkedFinite(), threads: threads)
      .converted(to: Double.self)
  }

  /// Linear PCA where it stands in for so many components.
  private func linearModel(components: Int) -> FittedPCA? {
    linearLengths.contains(components) ? pca : nil
  }

  /// The decoder for the first so many latents.
  package func decoder(components: Int) throws(FittingError) -> Model {
    if components == componentCount { return decoder }
    guard prefixDecoders.indices.contains(components - 1) else {
      throw FittingError(.notOrdered(asked: components, components: componentCount))
    }
    return prefixDecoders[components - 1]
  }

  func refinement(components: Int) throws -> LatentRefinement {
    if let made = refinements[components] { return made }
    let made = try LatentRefinement(decoder: decoder(components: components), threads: threads)
    refinements[components] = made
    return made
  }

  /// Forgets what was made of the weights as they were.
  func weightsChanged() {
    refinements = [:]
  }
}
