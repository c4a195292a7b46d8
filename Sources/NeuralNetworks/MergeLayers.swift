/// The sum of tensors of one shape.
public final class Add: Layer {
  public override init(name: String? = nil) { super.init(name: name) }

  public func callAsFunction(_ inputs: Tensor...) -> Tensor { apply(inputs) }
  public func callAsFunction(_ inputs: [Tensor]) -> Tensor { apply(inputs) }

  override var kind: String { "add" }
  override var takesSeveral: Bool { true }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard inputs.count >= 2 else {
      throw ModelError(
        .inputCount(expected: "two tensors or more", found: inputs.count), layer: title)
    }
    for input in inputs where input.shape != inputs[0].shape {
      throw ModelError(
        .shapesDiffer(expected: inputs[0].shape, found: input.shape),
        layer: place(after: input))
    }
    return inputs[0].shape
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let output = plan.tensor(width: plan.width(of: inputs[0]))
    for (index, input) in inputs.enumerated() {
      plan.add(
        .copy(CopyOperation(input: input, output: output, column: 0, adds: index > 0)))
    }
    return output
  }

  override var architectureKind: LayerArchitecture.Kind { .add }
}

/// Tensors side by side along the last axis.
public final class Concatenate: Layer {
  public override init(name: String? = nil) { super.init(name: name) }

  public func callAsFunction(_ inputs: Tensor...) -> Tensor { apply(inputs) }
  public func callAsFunction(_ inputs: [Tensor]) -> Tensor { apply(inputs) }

  override var kind: String { "concatenate" }
  override var takesSeveral: Bool { true }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard inputs.count >= 2 else {
      throw ModelError(
        .inputCount(expected: "two tensors or more", found: inputs.count), layer: title)
    }
    for input in inputs where input.shape.count != 1 {
      throw ModelError(
        .shapesDiffer(expected: [input.width], found: input.shape), layer: place(after: input))
    }
    return [inputs.reduce(0) { $0 + $1.width }]
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let output = plan.tensor(width: inputs.reduce(0) { $0 + plan.width(of: $1) })
    var column = 0
    for input in inputs {
      plan.add(
        .copy(CopyOperation(input: input, output: output, column: column, adds: false)))
      column += plan.width(of: input)
    }
    return output
  }

  override var architectureKind: LayerArchitecture.Kind { .concatenate }
}
