/// An activation on its own.
public final class ActivationLayer: Layer {
  public let activation: Activation

  public init(_ activation: Activation, name: String? = nil) {
    self.activation = activation
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "activation" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] { inputs[0].shape }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let width = plan.width(of: inputs[0])
    guard let kernel = activation.kernel else { return plan.softmax(of: inputs[0], width: width) }
    let output = plan.tensor(width: width)
    plan.add(
      .activation(ActivationOperation(input: inputs[0], output: output, activation: kernel)))
    return output
  }

  override var architectureKind: LayerArchitecture.Kind { .activation(activation) }
}

/// Zeroes each entry with some probability while training and scales the rest up; does
/// nothing afterwards.
public final class Dropout: Layer {
  public let rate: Double

  /// - Parameter rate: The share of entries to drop, in 0..<1.
  public init(rate: Double, name: String? = nil) {
    self.rate = rate
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "dropout" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard rate >= 0, rate < 1 else {
      throw ModelError(
        .impossibleSetting("expected a rate in 0..<1, found \(rate)"), layer: title)
    }
    return inputs[0].shape
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let width = plan.width(of: inputs[0])
    let output = plan.tensor(width: width)
    plan.add(
      .dropout(
        DropoutOperation(
          input: inputs[0], output: output, factors: plan.scratch(width: width),
          rate: Float(rate))))
    return output
  }

  override var architectureKind: LayerArchitecture.Kind { .dropout(rate: rate) }
}

/// Adds normal noise while training; does nothing afterwards.
public final class GaussianNoise: Layer {
  public let standardDeviation: Double

  public init(standardDeviation: Double, name: String? = nil) {
    self.standardDeviation = standardDeviation
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "gaussian_noise" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard standardDeviation >= 0, standardDeviation.isFinite else {
      throw ModelError(
        .impossibleSetting("expected a deviation of 0 or above, found \(standardDeviation)"),
        layer: title)
    }
    return inputs[0].shape
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let output = plan.tensor(width: plan.width(of: inputs[0]))
    plan.add(
      .noise(
        NoiseOperation(input: inputs[0], output: output, deviation: Float(standardDeviation))))
    return output
  }

  override var architectureKind: LayerArchitecture.Kind {
    .gaussianNoise(standardDeviation: standardDeviation)
  }
}
