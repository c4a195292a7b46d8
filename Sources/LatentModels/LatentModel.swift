import LinearAlgebra
import Preprocessing

/// A fitted model that squeezes samples into latents and grows them back.
///
/// A model whose components are ordered also serves every smaller number of them: its first j
/// latents alone stand for a sample as well as j numbers of its kind can.
public protocol LatentModel {
  /// The numbers that a sample is squeezed into.
  var componentCount: Int { get }
  /// The numbers that a sample has before and after.
  var featureCount: Int { get }
  /// Whether fewer latents than ``componentCount`` stand for a sample too.
  var isOrdered: Bool { get }

  /// Squeezes samples into latents.
  ///
  /// - Parameters:
  ///   - samples: Shape `[samples, features]`; missing entries count for nothing.
  ///   - components: How many latents; fewer than ``componentCount`` needs an ordered model.
  /// - Returns: Shape `[samples, components]`.
  func encode(_ samples: PreparedSamples, components: Int) throws -> Matrix<Double>

  /// Grows latents back.
  ///
  /// - Parameter latents: Shape `[samples, components]`, with at most ``componentCount`` columns;
  ///   fewer need an ordered model.
  /// - Returns: Shape `[samples, features]`.
  func decode(_ latents: Matrix<Double>) throws -> Matrix<Double>
}

extension LatentModel {
  /// Squeezes samples into all latents.
  public func encode(_ samples: PreparedSamples) throws -> Matrix<Double> {
    try encode(samples, components: componentCount)
  }

  /// Encodes, then decodes.
  public func reconstruct(_ samples: PreparedSamples) throws -> Matrix<Double> {
    try decode(encode(samples))
  }

  /// Encodes into so many latents, then decodes those.
  public func reconstruct(
    _ samples: PreparedSamples, components: Int
  ) throws -> Matrix<Double> {
    try decode(encode(samples, components: components))
  }

  /// The numbers of components that the model serves, ascending.
  public var lengths: ClosedRange<Int> {
    isOrdered ? 1...componentCount : componentCount...componentCount
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
