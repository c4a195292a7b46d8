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
/// An ordered one has a second decoder, for the first j of its latents, j below all. Where linear
/// PCA with j components did no worse on held-out rows, it stands in for that number of them.
/// Latents are scaled to mean 0 and variance 1 over the training rows.
public final class FittedAutoencoder: LatentModel {
  /// Features to latents as the decoders take them, before ``latentScale``.
  public let encoder: Model
  public let decoder: Model
  /// Latents, zero from some component on, and which of them are given, to features; nil for a
  /// model without order, or of one component.
  public let prefixDecoder: Model?
  /// The decoder after the encoder.
  public let network: Model
  /// Linear PCA of the same training rows; nil for a model without a linear path.
  public let pca: FittedPCA?
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
  private var decoders: [Int: Model] = [:]
  private var refinements: [Int: LatentRefinement] = [:]

  /// - Throws: ``ModelError`` when the parts do not belong together.
  init(
    encoder: Model, decoder: Model, prefixDecoder: Model?, pca: FittedPCA?, codes: Codes
  ) throws {
    self.codes = codes
    self.encoder = encoder
    self.decoder = decoder
    self.prefixDecoder = prefixDecoder
    self.pca = pca
    featureCount = encoder.input.shape.reduce(1, *)
    componentCount = encoder.output.shape.reduce(1, *)
    latentScale = LatentScale(componentCount: componentCount)
    let features = Input(shape: encoder.input.shape)
    network = try Model(input: features, output: decoder(encoder(features)), name: "autoencoder")
  }

  public var isOrdered: Bool { prefixDecoder != nil || componentCount == 1 }

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
    if let pca = linearModel(components: components) {
      return try pca.decode(pca.scores(ofUnitVariance: latents))
    }
    return try decoder(components: components)
      .predict(latentScale.removed(from: latents), threads: threads).converted(to: Double.self)
  }

  /// Linear PCA where it stands in for so many components.
  private func linearModel(components: Int) -> FittedPCA? {
    linearLengths.contains(components) ? pca : nil
  }

  /// The decoder for the first so many latents.
  private func decoder(components: Int) throws -> Model {
    if components == componentCount { return decoder }
    if let made = decoders[components] { return made }
    guard let prefixDecoder else {
      throw FittingError(.notOrdered(asked: components, components: componentCount))
    }
    let made = try prefixDecoder.takingPrefix(components, of: componentCount)
    decoders[components] = made
    return made
  }

  private func refinement(components: Int) throws -> LatentRefinement {
    if let made = refinements[components] { return made }
    let made = try LatentRefinement(decoder: decoder(components: components), threads: threads)
    refinements[components] = made
    return made
  }

  /// Forgets what was made of the weights as they were.
  func weightsChanged() {
    decoders = [:]
    refinements = [:]
  }
}
