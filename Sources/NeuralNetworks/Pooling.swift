/// What a pooling layer is.
public struct PoolingSettings: Codable, Sendable, Equatable {
  public var poolSize: Extent
  public var strides: Extent
  public var padding: Padding
}

/// What all pooling layers share: each window of pixels becomes one pixel, channel by channel.
public class Pooling: Layer {
  public final let settings: PoolingSettings
  /// 2 for images, 1 for series.
  final let rank: Int
  final let method: PoolingOperation.Method

  init(_ settings: PoolingSettings, rank: Int, method: PoolingOperation.Method, name: String?) {
    var settings = settings
    settings.poolSize = settings.poolSize.limited(toRank: rank)
    settings.strides = settings.strides.limited(toRank: rank)
    self.settings = settings
    self.rank = rank
    self.method = method
    super.init(name: name)
  }

  public final func callAsFunction(_ input: Tensor) -> Tensor { apply([input]) }

  override var kind: String { "\(method.rawValue)_pooling\(rank)d" }

  private func windows(over input: ImageShape) -> Windows {
    Windows(
      over: input.extent, window: settings.poolSize, stride: settings.strides,
      padding: settings.padding)
  }

  final override func prepare(_ inputs: [Tensor]) throws(ModelError) -> [Int] {
    let place = place(after: inputs[0])
    let input = try ImageShape(inputs[0].shape, rank: rank, place: place)
    let problem = Windows.problem(
      over: input.extent, window: settings.poolSize, stride: settings.strides,
      padding: settings.padding)
    if let problem { throw ModelError(.impossibleSetting(problem), layer: place) }
    let size = windows(over: input).small
    return ImageShape(height: size.height, width: size.width, channels: input.channels)
      .shape(rank: rank)
  }

  final override func lower(
    _ node: Tensor, into plan: inout PlanBuilder, inputs: [Int]
  ) -> Int {
    let input = ImageShape(of: node.inputs[0])
    let output = plan.tensor(width: node.width)
    plan.add(
      .pooling(
        PoolingOperation(
          input: inputs[0], output: output, method: method, windows: windows(over: input),
          channels: input.channels)))
    return output
  }
}

/// Pooling over windows that have a height and a width.
public protocol ImagePooling: Pooling {
  init(_ settings: PoolingSettings, name: String?)
}

extension ImagePooling {
  /// - Parameter strides: The size of the window when not given.
  public init(
    poolSize: Extent = 2, strides: Extent? = nil, padding: Padding = .valid, name: String? = nil
  ) {
    self.init(
      PoolingSettings(poolSize: poolSize, strides: strides ?? poolSize, padding: padding),
      name: name)
  }
}

/// Pooling along a series.
public protocol SeriesPooling: Pooling {
  init(_ settings: PoolingSettings, name: String?)
}

extension SeriesPooling {
  /// - Parameter strides: The size of the window when not given.
  public init(
    poolSize: Int = 2, strides: Int? = nil, padding: Padding = .valid, name: String? = nil
  ) {
    self.init(
      PoolingSettings(
        poolSize: .along(poolSize), strides: .along(strides ?? poolSize), padding: padding),
      name: name)
  }
}

/// The largest entry of each window of an image.
public final class MaxPool2D: Pooling, ImagePooling {
  public init(_ settings: PoolingSettings, name: String?) {
    super.init(settings, rank: 2, method: .maximum, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .maxPool2D(settings) }
}

/// The largest entry of each window of a series.
public final class MaxPool1D: Pooling, SeriesPooling {
  public init(_ settings: PoolingSettings, name: String?) {
    super.init(settings, rank: 1, method: .maximum, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .maxPool1D(settings) }
}

/// The mean of each window of an image; what padding adds does not count.
public final class AveragePool2D: Pooling, ImagePooling {
  public init(_ settings: PoolingSettings, name: String?) {
    super.init(settings, rank: 2, method: .average, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .averagePool2D(settings) }
}

/// The mean of each window of a series; what padding adds does not count.
public final class AveragePool1D: Pooling, SeriesPooling {
  public init(_ settings: PoolingSettings, name: String?) {
    super.init(settings, rank: 1, method: .average, name: name)
  }

  override var architectureKind: LayerArchitecture.Kind { .averagePool1D(settings) }
}
