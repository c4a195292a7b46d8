/// Why a model cannot be built, or weights not be given to it.
public struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case impossibleShape([Int])
    case shapesDiffer(expected: [Int], found: [Int])
    /// Another number of axes, or axes of another meaning.
    case axesDiffer(expected: String, found: [Int])
    case inputCount(expected: String, found: Int)
    case impossibleSetting(String)
    case notConnected
    case repeatedName
    case weightsMissing
    case weightsUnknown
    case weightShape(expected: [Int], found: [Int])
    case weightCount(expected: Int, found: Int)
    case notFinite(index: Int)
    case unknownLayer
  }
  public let problem: Problem
  /// The layer or the weights that the problem stands at.
  public let layer: String

  init(_ problem: Problem, layer: String) {
    self.problem = problem
    self.layer = layer
  }

  public var description: String {
    let what =
      switch problem {
      case .impossibleShape(let shape):
        "expected sizes above 0, and at most 2^40 numbers, found shape \(shape)"
      case .shapesDiffer(let expected, let found):
        "expected shape \(expected), found \(found)"
      case .axesDiffer(let expected, let found):
        "expected \(expected), found shape \(found)"
      case .inputCount(let expected, let found):
        "expected \(expected), found \(found)"
      case .impossibleSetting(let text): text
      case .notConnected: "the output does not come from the model's input alone"
      case .repeatedName: "another layer of the model bears this name"
      case .weightsMissing: "expected weights of this name, found none"
      case .weightsUnknown: "the model has no weights of this name"
      case .weightShape(let expected, let found):
        "expected weights of shape \(expected), found \(found)"
      case .weightCount(let expected, let found):
        "expected \(expected) weights, found \(found)"
      case .notFinite(let index): "weight \(index) is not finite"
      case .unknownLayer: "a node names a layer or a tensor that is not there"
      }
    return "\(layer): \(what)"
  }
}
