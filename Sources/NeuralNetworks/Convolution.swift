/// What a convolution layer is, apart from its weights.
public struct ConvolutionSettings: Codable, Sendable, Equatable {
  /// Channels of the output.
  public var filters: Int
  public var kernelSize: Extent
  public var strides: Extent
  public var padding: Padding
  public var activation: Activation
  public var useBias: Bool
  public var kernelInitializer: Initializer
  /// Whether weight decay shrinks the kernel; never the bias.
  public var decays: Bool
}

/// What all convolution layers share.
///
/// Images are height × width × channels, series length × channels. The kernel's weights have the shape
/// that Keras gives them: `[height, width, input channels, filters]`, without height for series, and
/// the channels the other way round when transposed.
public class Convolution: Layer {
  public final let settings: ConvolutionSettings
  /// 2 for images, 1 for series.
  final let rank: Int
  final let isTransposed: Bool

  init(_ settings: ConvolutionSettings, rank: Int, isTransposed: Bool, name: String?) {
    var settings = settings
    settings.kernelSize = settings.kernelSize.limited(toRank: rank)
    settings.strides = settings.strides.limited(toRank: rank)
    self.settings = settings
    self.rank = rank
    self.isTransposed = isTransposed
    super.init(name: name)
  }

  public final func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "conv\(rank)d" + (isTransposed ? "_transpose" : "") }

  final override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    let place = place(after: inputs[0])
    let input = try ImageShape(inputs[0].shape, rank: rank, place: place)
    func require(_ holds: Bool, _ text: String) throws(ModelError) {
      guard holds else { throw ModelError(.impossibleSetting(text), layer: title) }
    }
    let limit = 1 << 20
    try require(
      (1..<limit).contains(settings.filters),
      "expected filters in 1..<\(limit), found \(settings.filters)")
    try require(
      settings.activation != .softmax,
      "expected an activation of single entries, found softmax")
    let problem = Windows.problem(
      over: input.extent, window: settings.kernelSize, stride: settings.strides,
      padding: isTransposed ? .same : settings.padding)
    if let problem { throw ModelError(.impossibleSetting(problem), layer: place) }
    let channels =
      isTransposed ? [settings.filters, input.channels] : [input.channels, settings.filters]
    let area = settings.kernelSize.area
    let (count, overflows) = (area * channels[0]).multipliedReportingOverflow(by: channels[1])
    try require(
      !overflows && count < 1 << 40,
      "\(settings.kernelSize.text) x \(channels[0]) x \(channels[1]) weights are more than can be held"
    )
    let shape =
      (rank == 2 ? [settings.kernelSize.height] : []) + [settings.kernelSize.width] + channels
    if let kernel = parameters.first {
      guard kernel.shape == shape else {
        let known = kernel.shape[isTransposed ? rank + 1 : rank]
        throw ModelError(
          .shapesDiffer(
            expected: inputs[0].shape.dropLast() + [known], found: inputs[0].shape), layer: place)
      }
    } else {
      parameters = [
        Parameter(
          "kernel", .kernel(shape: shape, fans: (area * channels[0], area * channels[1])),
          initializer: settings.kernelInitializer, decays: settings.decays)
      ]
      if settings.useBias { parameters.append(Parameter("bias", .vector(settings.filters))) }
    }
    let windows = windows(over: input)
    let size = isTransposed ? windows.large : windows.small
    return ImageShape(height: size.height, width: size.width, channels: settings.filters)
      .shape(rank: rank)
  }

  private func windows(over input: ImageShape) -> Windows {
    isTransposed
      ? Windows(
        from: input.extent, window: settings.kernelSize, stride: settings.strides,
        padding: settings.padding)
      : Windows(
        over: input.extent, window: settings.kernelSize, stride: settings.strides,
        padding: settings.padding)
  }

  final override func lower(
    _ node: Tensor, into plan: inout PlanBuilder, inputs: [Int]
  ) -> Int {
    let input = ImageShape(of: node.inputs[0])
    let output = plan.tensor(width: node.width)
    plan.add(
      .convolution(
        ConvolutionOperation(
          input: inputs[0], output: output, kernel: plan.place(of: parameters[0]),
          bias: settings.useBias ? plan.place(of: parameters[1]) : nil,
          activation: settings.activation.kernel ?? 0, windows: windows(over: input),
          inputChannels: input.channels, filters: settings.filters, goesUp: isTransposed)))
    return output
  }
}

/// A convolution whose kernel and strides have a height and a width.
public protocol ImageConvolution: Convolution {
  init(_ settings: ConvolutionSettings, name: String?)
}

extension ImageConvolution {
  public init(
    filters: Int, kernelSize: Extent, strides: Extent = 1, padding: Padding = .valid,
    activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, decays: Bool = true, name: String? = nil
  ) {
    self.init(
      ConvolutionSettings(
        filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
        activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
        decays: decays), name: name)
  }
}

/// A convolution whose kernel and strides lie along a series.
public protocol SeriesConvolution: Convolution {
  init(_ settings: ConvolutionSettings, name: String?)
}

extension SeriesConvolution {
  public init(
    filters: Int, kernelSize: Int, strides: Int = 1, padding: Padding = .valid,
    activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, decays: Bool = true, name: String? = nil
  ) {
    self.init(
      ConvolutionSettings(
        filters: filters, kernelSize: .along(kernelSize), strides: .along(strides),
        padding: padding, activation: activation, useBias: useBias,
        kernelInitializer: kernelInitializer, decays: decays), name: name)
  }
}

/// A two-dimensional convolution: f(x ∗ W + b), as the field has it, which does not turn the kernel.
public final class Conv2D: Convolution, ImageConvolution {
  public init(_ settings: ConvolutionSettings, name: String?) {
    super.init(settings, rank: 2, isTransposed: false, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .conv2D(settings) }
}

/// A convolution along a series.
public final class Conv1D: Convolution, SeriesConvolution {
  public init(_ settings: ConvolutionSettings, name: String?) {
    super.init(settings, rank: 1, isTransposed: false, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .conv1D(settings) }
}

/// The transpose of a convolution: each pixel of the input is spread over a kernel's place in the
/// output, which is larger by the strides.
public final class Conv2DTranspose: Convolution, ImageConvolution {
  public init(_ settings: ConvolutionSettings, name: String?) {
    super.init(settings, rank: 2, isTransposed: true, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .conv2DTranspose(settings) }
}

/// The transpose of a convolution along a series.
public final class Conv1DTranspose: Convolution, SeriesConvolution {
  public init(_ settings: ConvolutionSettings, name: String?) {
    super.init(settings, rank: 1, isTransposed: true, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .conv1DTranspose(settings) }
}
