/// Some weights of a layer, shared by every model that holds the layer.
final class Parameter {
  enum Form {
    /// Shape `[inputs, outputs]`.
    case matrix(inputs: Int, outputs: Int)
    case vector(Int)
    /// Shape `[height, width, channels, channels]` of a convolution; `fans` are the numbers of
    /// entries that come together at an output and at an input.
    case kernel(shape: [Int], fans: (inputs: Int, outputs: Int))
  }

  let name: String
  let form: Form
  let initializer: Initializer
  /// The value a vector starts from.
  let start: Float
  let isTrainable: Bool
  /// Whether decoupled weight decay shrinks it.
  let decays: Bool
  /// Row by row; empty until initialized or set.
  var values: [Float] = []

  init(
    _ name: String, _ form: Form, initializer: Initializer = .zeros, start: Float = 0,
    isTrainable: Bool = true, decays: Bool = false
  ) {
    self.name = name
    self.form = form
    self.initializer = initializer
    self.start = start
    self.isTrainable = isTrainable
    self.decays = decays
  }

  var shape: [Int] {
    switch form {
    case .matrix(let inputs, let outputs): [inputs, outputs]
    case .vector(let count): [count]
    case .kernel(let shape, _): shape
    }
  }

  var count: Int { shape.reduce(1, *) }
}

/// Weights under the name of their place in a model.
public struct NamedWeights: Sendable, Equatable {
  /// Layers from the outermost in, then the weights' own name: `encoder/dense_1/kernel`.
  public let name: String
  /// `[inputs, units]` for a kernel, `[units]` for a bias.
  public let shape: [Int]
  /// Row by row.
  public var values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
