/// A leaky rectifier whose slope below 0 is trained for each feature.
///
/// - Note: He et al. (2015), doi:10.1109/ICCV.2015.123.
public final class PReLU: Layer {
  /// The slope that training starts from.
  public let initialSlope: Double

  public init(initialSlope: Double = 0.25, name: String? = nil) {
    self.initialSlope = initialSlope
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "p_re_lu" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard initialSlope.isFinite else {
      throw ModelError(
        .impossibleSetting("expected a finite slope, found \(initialSlope)"), layer: title)
    }
    if let slopes = parameters.first {
      guard slopes.count == inputs[0].width else {
        throw ModelError(
          .shapesDiffer(expected: slopes.shape, found: inputs[0].shape),
          layer: place(after: inputs[0]))
      }
    } else {
      parameters = [Parameter("alpha", .vector(inputs[0].width), start: Float(initialSlope))]
    }
    return inputs[0].shape
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let width = plan.width(of: inputs[0])
    let output = plan.tensor(width: width)
    plan.add(
      .prelu(
        PReLUOperation(
          input: inputs[0], output: output, slopes: plan.place(of: parameters[0]),
          slopeGradient: plan.scratch(width: width))))
    return output
  }

  override var architectureKind: LayerArchitecture.Kind { .prelu(initialSlope: initialSlope) }
}

/// Normalizes each feature by mean and variance: of the batch while training, afterwards of
/// a moving average; then scales and shifts it by trained numbers.
///
/// - Note: Ioffe and Szegedy (2015), arXiv:1502.03167. The moving variance is unbiased, as
///   PyTorch has it.
public final class BatchNorm: Layer {
  /// The share of itself that a moving average keeps each step.
  public let momentum: Double
  /// Added to the variance.
  public let epsilon: Double

  public init(momentum: Double = 0.9, epsilon: Double = 1e-5, name: String? = nil) {
    self.momentum = momentum
    self.epsilon = epsilon
    super.init(name: name)
  }

  public func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "batch_norm" }

  override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    guard (0...1).contains(momentum), epsilon > 0, epsilon.isFinite else {
      throw ModelError(
        .impossibleSetting(
          "expected a momentum in 0...1 and an epsilon above 0, found \(momentum), \(epsilon)"),
        layer: title)
    }
    let width = inputs[0].width
    if let gamma = parameters.first {
      guard gamma.count == width else {
        throw ModelError(
          .shapesDiffer(expected: gamma.shape, found: inputs[0].shape),
          layer: place(after: inputs[0]))
      }
    } else {
      parameters = [
        Parameter("gamma", .vector(width), start: 1), Parameter("beta", .vector(width)),
        Parameter("moving_mean", .vector(width), isTrainable: false),
        Parameter("moving_variance", .vector(width), start: 1, isTrainable: false),
      ]
    }
    return inputs[0].shape
  }

  override func lower(into plan: inout PlanBuilder, inputs: [Int]) -> Int {
    let width = plan.width(of: inputs[0])
    let output = plan.tensor(width: width)
    plan.add(
      .batchNorm(
        BatchNormOperation(
          input: inputs[0], output: output, normalized: plan.scratch(width: width),
          scale: plan.place(of: parameters[0]), shift: plan.place(of: parameters[1]),
          movingMean: plan.place(of: parameters[2]),
          movingVariance: plan.place(of: parameters[3]), momentum: Float(momentum),
          epsilon: Float(epsilon), state: plan.columnState(width: width))))
    return output
  }

  override var architectureKind: LayerArchitecture.Kind {
    .batchNorm(momentum: momentum, epsilon: epsilon)
  }
}
