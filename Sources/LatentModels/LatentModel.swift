import LinearAlgebra
import Preprocessing

/// A fitted model that squeezes samples into latents and grows them back.
public protocol LatentModel {
  /// The numbers that a sample is squeezed into.
  var componentCount: Int { get }
  /// The numbers that a sample has before and after.
  var featureCount: Int { get }

  /// Squeezes samples into latents.
  ///
  /// - Parameter samples: Shape `[samples, features]`; missing entries count for nothing.
  /// - Returns: Shape `[samples, components]`.
  func encode(_ samples: PreparedSamples) throws -> Matrix<Double>

  /// Grows latents back.
  ///
  /// - Parameter latents: Shape `[samples, components]`.
  /// - Returns: Shape `[samples, features]`.
  func decode(_ latents: Matrix<Double>) throws -> Matrix<Double>
}

extension LatentModel {
  /// Encodes, then decodes.
  public func reconstruct(_ samples: PreparedSamples) throws -> Matrix<Double> {
    try decode(encode(samples))
  }
}

/// Settings from which a latent model is fitted.
public protocol LatentMethod {
  associatedtype Fitted: LatentModel

  /// Fits a model.
  ///
  /// - Parameters:
  ///   - training: What the model learns from.
  ///   - validation: Held-out samples that may choose among models but never train one.
  func fit(_ training: PreparedSamples, validation: PreparedSamples?) throws -> Fitted
}

/// How a model was made.
public enum Method: String, Codable, Sendable, CaseIterable {
  case autoencoder
  case pca

  /// What a latent is called in a CSV header, before `_1`.
  public var latentPrefix: String {
    switch self {
    case .autoencoder: "latent"
    case .pca: "pc"
    }
  }
}
