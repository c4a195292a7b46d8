import Kernels

/// The function a layer applies to its sums, by the field's own names.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// x
  case linear
  /// max(x, 0)
  case relu
  /// x above 0, x / 100 below, as PyTorch's default has it.
  case leakyRelu
  /// x above 0, exp(x) − 1 below.
  case elu
  /// x Φ(x), Φ the normal distribution function: the exact form, not the one by tanh.
  case gelu
  /// x / (1 + exp(−x))
  case silu
  case tanh
  /// 1 / (1 + exp(−x))
  case sigmoid
  /// log(1 + exp(x))
  case softplus
  /// exp(x) over its sum along the row.
  case softmax

  /// The kernel's number of an activation that works entry by entry; nil for softmax.
  var kernel: Int32? {
    switch self {
    case .linear: Int32(AEPCA_LINEAR.rawValue)
    case .relu: Int32(AEPCA_RELU.rawValue)
    case .leakyRelu: Int32(AEPCA_LEAKY_RELU.rawValue)
    case .elu: Int32(AEPCA_ELU.rawValue)
    case .gelu: Int32(AEPCA_GELU.rawValue)
    case .silu: Int32(AEPCA_SILU.rawValue)
    case .tanh: Int32(AEPCA_TANH.rawValue)
    case .sigmoid: Int32(AEPCA_SIGMOID.rawValue)
    case .softplus: Int32(AEPCA_SOFTPLUS.rawValue)
    case .softmax: nil
    }
  }
}
