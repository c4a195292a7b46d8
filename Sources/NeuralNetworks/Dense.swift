/// A fully connected layer: f(x W + b).
public final class Dense: Layer {
  public let units: Int
  public let activation: Activation
  public let useBias: Bool
  public let kernelInitializer: Initializer
  public let decays: Bool

  /// - Parameters:
  ///   - units: Size of the output.
  ///   - decays: Whether weight decay shrinks the kernel; never the bias.
  public init(
    _ units: Int, activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, decays: Bool = true, name: String? = nil
  ) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.decays = decays
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "dense" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard units > 0, units <= 1 << 40 else {
      throw ModelError(.impossibleSetting("expected units above 0, found \(units)"), layer: title)
    }
    // So that the weights of all layers of a model can be counted too.
    let (count, overflows) = inputs[0].width.multipliedReportingOverflow(by: units + lanes)
    guard !overflows, count <= 1 << 42 else {
      throw ModelError(
        .impossibleSetting("\(inputs[0].width) x \(units) weights are more than can be counted"),
        layer: title)
    }
    // Like its siblings elsewhere, the layer works on the last axis; here that is the only one.
    guard inputs[0].shape.count == 1 else {
      throw ModelError(
        .shapesDiffer(expected: [inputs[0].width], found: inputs[0].shape),
        layer: place(after: inputs[0]))
    }
    let width = inputs[0].width
    if let kernel = parameters.first {
      guard kernel.shape[0] == width else {
        throw ModelError(
          .shapesDiffer(expected: [kernel.shape[0]], found: inputs[0].shape),
          layer: place(after: inputs[0]))
      }
      return [units]
    }
    parameters = [
      Parameter(
        "kernel", .matrix(inputs: width, outputs: units), initializer: kernelInitializer,
        decays: decays)
    ]
    if useBias { parameters.append(Parameter("bias", .vector(units))) }
    return [units]
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let output = plan.tensor(width: units)
    plan.add(
      .dense(
        DenseOperation(
          input: inputs[0], output: output, kernel: plan.place(of: parameters[0]),
          bias: useBias ? plan.place(of: parameters[1]) : nil,
          activation: activation.kernel ?? 0)))
    return activation == .softmax ? plan.softmax(of: output, width: units) : output
  }

  override var architectureKind: LayerArchitecture.Kind {
    .dense(
      units: units, activation: activation, useBias: useBias,
      kernelInitializer: kernelInitializer, decays: decays)
  }
}
