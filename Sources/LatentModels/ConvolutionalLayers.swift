import NeuralNetworks
import Tables

/// The layers between a picture and its latents, and from there back to a picture of the same size.
///
/// The decoder has the encoder's layers in reverse. Where a side was divided by a pool or a stride,
/// it is multiplied again *after* the convolutions of that size, where they cost least, and cut to
/// just what it was before: 7 becomes 4, and 4 becomes 8, less 1. A last convolution gives the
/// channels.
public struct ConvolutionalLayers: Sendable, Equatable {
  public var shape: ImageShape
  public var encoder: [ImageLayer]
  /// Whether the last feature map itself is the latent, in place of numbers made from all of it.
  public var keepsMap: Bool
  /// What takes the place of the mirrored layers; of a latent map only.
  var decoder: [Growth]?

  /// A step of a decoder.
  enum Growth: Sendable, Equatable {
    case convolution(filters: Int, kernelSize: Int, padding: Padding, activation: Activation)
    case upSampling(size: Int)
    /// Cut to a height and width.
    case size(height: Int, width: Int)
    case dense(units: Int, activation: Activation)
    case map(height: Int, width: Int, channels: Int)
  }

  public init(shape: ImageShape, encoder: [ImageLayer], keepsMap: Bool = false) {
    self.shape = shape
    self.encoder = encoder
    self.keepsMap = keepsMap
  }

  /// As a user writes the encoder's layers.
  public var text: String {
    encoder.isEmpty ? "none" : encoder.map(\.text).joined(separator: ", ")
  }

  /// Height, width and channels of a latent map; their product is the number of latents.
  ///
  /// - Throws: ``NeuralNetworks/ModelError`` when the layers cannot follow each other.
  public func mapSizes() throws -> [Int] {
    let input = Input(shape: shape.sizes)
    return try Model(input: input, output: features(of: input), name: "encoder").output.shape
  }

  /// Latents from a picture: a map, or numbers made of all of it.
  ///
  /// - Parameters:
  ///   - count: Of the numbers.
  ///   - hasLinearPath: Whether a linear path from the pixels is added to what starts at zero.
  func latents(of picture: Tensor, count: Int, hasLinearPath: Bool) -> Tensor {
    let features = features(of: picture)
    if keepsMap { return features }
    guard hasLinearPath else { return Dense(count)(flat(features)) }
    let straight = Dense(count, decays: false, name: LinearPath.encoderLayer)(flat(picture))
    return Add()(straight, Dense(count, kernelInitializer: .zeros)(flat(features)))
  }

  /// A picture from latents, as ``latents(of:count:hasLinearPath:)`` makes them.
  func picture(from latent: Tensor, hasLinearPath: Bool) -> Tensor {
    let grown = grown(from: latent, startsAtZero: hasLinearPath)
    guard hasLinearPath else { return grown }
    let straight = Dense(shape.pixelCount, decays: false, name: LinearPath.decoderLayer)(latent)
    return Add()(Reshape(shape.sizes)(straight), grown)
  }

  /// What the encoder's layers make of a picture: a map, or a vector after dense layers.
  private func features(of picture: Tensor) -> Tensor {
    encoder.reduce(picture) { tensor, layer in
      switch layer {
      case .convolution(let filters, let kernelSize, let stride, let activation):
        Conv2D(
          filters: filters, kernelSize: extent(kernelSize), strides: extent(stride),
          padding: .same, activation: activation)(tensor)
      case .maxPooling(let size):
        MaxPool2D(poolSize: extent(size), padding: .same)(tensor)
      case .averagePooling(let size):
        AveragePool2D(poolSize: extent(size), padding: .same)(tensor)
      case .dense(let units, let activation):
        Dense(units, activation: activation, kernelInitializer: .heNormal)(flat(tensor))
      }
    }
  }

  /// - Parameter startsAtZero: Whether the picture is black before training, for what is added to it.
  private func grown(from latent: Tensor, startsAtZero: Bool) -> Tensor {
    let grown = (decoder ?? mirrored).reduce(latent) { tensor, step in
      grow(tensor, step)
    }
    return Conv2D(
      filters: shape.channels, kernelSize: extent(lastKernelSize), padding: .same,
      kernelInitializer: startsAtZero ? .zeros : .glorotUniform)(grown)
  }

  /// Of the last convolution the side of its kernel: that of the first one.
  private var lastKernelSize: Int {
    for case .convolution(_, let kernelSize, _, _) in encoder { return kernelSize }
    return 3
  }

  private func grow(_ tensor: Tensor, _ step: Growth) -> Tensor {
    switch step {
    case .convolution(let filters, let kernelSize, let padding, let activation):
      Conv2D(
        filters: filters, kernelSize: extent(kernelSize), padding: padding,
        activation: activation)(tensor)
    case .upSampling(let size): UpSampling2D(size: extent(size))(tensor)
    case .size(let height, let width): fitted(tensor, height: height, width: width)
    case .dense(let units, let activation):
      Dense(units, activation: activation, kernelInitializer: .heNormal)(tensor)
    case .map(let height, let width, let channels):
      Reshape([height, width, channels])(tensor)
    }
  }

  /// Cut at the bottom and on the right, where the last window of a pool reaches over the edge.
  private func fitted(_ tensor: Tensor, height: Int, width: Int) -> Tensor {
    guard tensor.shape.count == 3, tensor.shape != [height, width, tensor.shape[2]] else {
      return tensor
    }
    return Cropping2D(
      Edges(bottom: tensor.shape[0] - height, right: tensor.shape[1] - width))(tensor)
  }

  /// A size in both directions; along a series, a picture of one row, there is but one.
  private func extent(_ size: Int) -> Extent {
    Extent(height: shape.height == 1 ? 1 : size, width: shape.width == 1 ? 1 : size)
  }

  /// The encoder's layers in reverse.
  private var mirrored: [Growth] {
    var (height, width, channels) = (shape.height, shape.width, shape.channels)
    var convolutions: [Growth] = []
    /// Of each size but the last its convolutions, and what it was before it was divided.
    var sizes: [(convolutions: [Growth], divisor: Int, height: Int, width: Int)] = []
    var denseLayers: [Growth] = []
    var mapActivation = Activation.linear
    func divide(by divisor: Int) {
      sizes.append((convolutions, divisor, height, width))
      convolutions = []
      height = (height + divisor - 1) / divisor
      width = (width + divisor - 1) / divisor
    }
    for layer in encoder {
      switch layer {
      case .convolution(let filters, let kernelSize, let stride, let activation):
        convolutions.append(
          .convolution(
            filters: filters, kernelSize: kernelSize, padding: .same, activation: activation))
        channels = filters
        mapActivation = activation
        if stride > 1 { divide(by: stride) }
      case .maxPooling(let size), .averagePooling(let size): divide(by: size)
      case .dense(let units, let activation):
        denseLayers.append(.dense(units: units, activation: activation))
      }
    }
    var steps = Array(denseLayers.reversed())
    if !keepsMap {
      steps += [
        .dense(units: height * width * channels, activation: mapActivation),
        .map(height: height, width: width, channels: channels),
      ]
    }
    steps += convolutions.reversed()
    for size in sizes.reversed() {
      steps += size.convolutions.reversed()
      steps += [.upSampling(size: size.divisor), .size(height: size.height, width: size.width)]
    }
    return steps
  }
}

extension ImageShape {
  /// As the shape of a tensor.
  var sizes: [Int] { [height, width, channels] }
}

/// All numbers of a tensor as a row.
func flat(_ tensor: Tensor) -> Tensor {
  tensor.shape.count == 1 ? tensor : Flatten()(tensor)
}
