import NeuralNetworks
import Tables

/// Models of pictures under the names of the course that they are from.
///
/// Both are trained as there: Adam with a learning rate of 1e-3, mean squared error, batches of 2,048,
/// and no further when ten epochs in a row have not lowered the held-out loss by 1e-4.
public enum Preset: String, Codable, Sendable, CaseIterable {
  /// All pixels → dense 36 relu → all pixels, 50 epochs.
  case denseLab = "dense-lab"
  /// Three times convolution and pooling, from 28×28 to a latent map of 4×4×16, and back; 10 epochs.
  case convLab = "conv-lab"

  /// Epochs without improvement after which training stops.
  static let patience = 10
  private static let denseCount = 36
  private static let mapCount = 4 * 4 * 16

  /// The latents that it makes of pictures of a shape.
  ///
  /// - Throws: ``FittingError`` when it is not made for the shape.
  public func componentCount(_ shape: ImageShape) throws(FittingError) -> Int {
    switch self {
    case .denseLab: return Preset.denseCount
    case .convLab:
      // Its valid convolution gives no other size back.
      guard shape.height == 28, shape.width == 28 else {
        throw FittingError(.presetShape(rawValue, found: shape))
      }
      return Preset.mapCount
    }
  }

  /// The autoencoder as it is trained in the course.
  func autoencoder(_ shape: ImageShape, seed: UInt64, threads: Int) -> Autoencoder {
    let training = TrainingOptions(
      epochs: self == .denseLab ? 50 : 10, batchSize: 2048, optimizer: .adam,
      learningRate: 1e-3, loss: .meanSquaredError,
      earlyStopping: EarlyStopping(patience: Preset.patience, minimumDelta: 1e-4), seed: seed,
      threads: threads)
    var autoencoder = Autoencoder(
      componentCount: self == .denseLab ? Preset.denseCount : Preset.mapCount, hiddenLayers: [],
      hasLinearPath: false,
      codes: .encoder, training: training)
    switch self {
    case .denseLab: autoencoder.latentActivation = .relu
    case .convLab: autoencoder.convolution = Preset.convolution(shape)
    }
    return autoencoder
  }

  private static func convolution(_ shape: ImageShape) -> ConvolutionalLayers {
    let sizes = [64, 32, 16]
    var layers = ConvolutionalLayers(
      shape: shape,
      encoder: sizes.flatMap {
        [
          ImageLayer.convolution(filters: $0, kernelSize: 3, activation: .relu),
          .maxPooling(size: 2),
        ]
      }, keepsMap: true)
    // The valid convolution makes 16 pixels 14, so that 4 grow to 8, 16, 14 and 28.
    layers.decoder = sizes.reversed().flatMap {
      [
        ConvolutionalLayers.Growth.convolution(
          filters: $0, kernelSize: 3, padding: $0 == 64 ? .valid : .same, activation: .relu),
        .upSampling(size: 2),
      ]
    }
    return layers
  }
}
