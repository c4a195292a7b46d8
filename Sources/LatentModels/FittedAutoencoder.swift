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

/// A trained autoencoder: the whole network and its two halves, which share its weights.
public final class FittedAutoencoder: LatentModel {
  public let encoder: Model
  public let decoder: Model
  /// The decoder after the encoder.
  public let network: Model
  /// How training went; nil for a model read from a file.
  public internal(set) var history: TrainingHistory?
  /// The loss of the validation samples before the first step; nil without them.
  var initialValidationLoss: Double?
  public let componentCount: Int
  public let featureCount: Int
  /// Which latents ``encode(_:)`` gives.
  public var codes: Codes
  /// Threads to encode with; the latents are the same for any number.
  public var threads = 1
  private var refinement: LatentRefinement?

  init(encoder: Model, decoder: Model, codes: Codes) throws {
    self.codes = codes
    self.encoder = encoder
    self.decoder = decoder
    featureCount = encoder.input.shape.reduce(1, *)
    componentCount = encoder.output.shape.reduce(1, *)
    let features = Input(shape: encoder.input.shape)
    network = try Model(input: features, output: decoder(encoder(features)), name: "autoencoder")
  }

  public func encode(_ samples: PreparedSamples) throws -> Matrix<Double> {
    try encode(samples, codes: codes)
  }

  /// Encodes with the latents asked for, whatever ``codes`` says.
  func encode(_ samples: PreparedSamples, codes: Codes) throws -> Matrix<Double> {
    let features = try samples.singlePrecision()
    var latents = try encoder.predict(features, threads: threads)
    if codes == .refined {
      let refinement = try refinement ?? LatentRefinement(decoder: decoder, threads: threads)
      self.refinement = refinement
      latents = try refinement.refine(latents, toward: features, mask: samples.observed)
    }
    return latents.converted(to: Double.self)
  }

  public func decode(_ latents: Matrix<Double>) throws -> Matrix<Double> {
    try decoder.predict(latents.converted(to: Float.self), threads: threads).converted(
      to: Double.self)
  }

  /// Sets the linear path to the PCA solution, latents scaled to unit variance.
  func startLinearPath(at pca: FittedPCA) throws {
    // An axis without variance gives no scale; its latent stays at zero.
    let deviations = pca.explainedVariance.map { $0 > 0 ? $0.squareRoot() : 0 }
    let origin = try pca.transform(Matrix(rowCount: 1, columnCount: featureCount))
    var encoderKernel: [Float] = []
    var decoderKernel: [Float] = []
    for feature in 0..<featureCount {
      for (component, deviation) in deviations.enumerated() {
        let entry = pca.components[component, feature]
        encoderKernel.append(deviation > 0 ? Float(entry / deviation) : 0)
      }
    }
    for (component, deviation) in deviations.enumerated() {
      for feature in 0..<featureCount {
        decoderKernel.append(Float(pca.components[component, feature] * deviation))
      }
    }
    let start = [
      "encoder/\(LinearPath.encoderLayer)/kernel": encoderKernel,
      // The scores of the origin are what the mean takes from every row's scores.
      "encoder/\(LinearPath.encoderLayer)/bias": deviations.indices.map {
        deviations[$0] > 0 ? Float(origin[0, $0] / deviations[$0]) : 0
      },
      "decoder/\(LinearPath.decoderLayer)/kernel": decoderKernel,
      "decoder/\(LinearPath.decoderLayer)/bias": pca.mean.map { Float($0) },
    ]
    try network.setWeights(
      network.weights.map { weights in
        var changed = weights
        changed.values = start[weights.name] ?? weights.values
        return changed
      })
  }
}
