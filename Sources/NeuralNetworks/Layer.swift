/// A step of a model, called on tensors; calling it twice shares its weights.
///
/// A layer makes its weights when it is first called, for it needs the width of what it is
/// called on.
public class Layer {
  /// The name given to it; layers without one are named by kind and number in each model.
  public let name: String?
  final var parameters: [Parameter] = []

  init(name: String?) { self.name = name }

  /// The kind's name, as summaries and weights spell it.
  var kind: String { "layer" }
  /// The name in error messages.
  final var title: String { name ?? kind }

  /// Both sides of a connection, for error messages.
  final func place(after input: Tensor) -> String {
    "\(title) after \(input.layer?.title ?? "input")"
  }

  /// Checks the inputs, makes the weights on the first call, and tells the output's shape.
  func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    throw ModelError(.unknownLayer, layer: title)
  }

  /// Adds the layer's operations for a call to a plan and tells the tensor of its output.
  func lower(_ node: Tensor, into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    lower(into: &plan, inputs: inputs)
  }

  /// The same for a layer that does not ask for shapes.
  func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int { inputs[0] }

  /// The layer without its weights and name.
  var architectureKind: LayerArchitecture.Kind { .add }
  /// Whether it is called on several tensors at once.
  var takesSeveral: Bool { false }

  final func apply(_ inputs: [Tensor]) -> Tensor {
    if let failure = inputs.lazy.compactMap(\.failure).first {
      return Tensor(shape: [], layer: self, inputs: inputs, failure: failure)
    }
    do throws(ModelError) {
      let shape = try prepare(inputs)
      guard entryCount(of: shape) != nil else {
        throw ModelError(.impossibleShape(shape), layer: title)
      }
      return Tensor(shape: shape, layer: self, inputs: inputs)
    } catch {
      return Tensor(shape: [], layer: self, inputs: inputs, failure: error)
    }
  }
}
