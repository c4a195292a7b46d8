import Preprocessing
import Tables

/// What it takes to draw rows of pixels, and their latents, as pictures.
extension TableModel {
  /// The shape of the latents of a row: `[height, width, channels]` of a map, or their number alone.
  public var latentShape: [Int] {
    (latentModel as? FittedAutoencoder)?.encoder.output.shape ?? [latentModel.componentCount]
  }

  /// Black and white of the pixels that the model learnt from, found from their range where columns
  /// were not taken for pixels.
  public var pixelScale: PixelScale {
    if let pixels = preprocessor.pixels { return pixels.scale }
    let range = preprocessor.codings.flatMap { coding -> [Double] in
      switch coding {
      case .scaled(_, _, let statistics): [statistics.minimum, statistics.maximum]
      case .constantNumber(let number): [number]
      default: []
      }
    }
    return PixelScale(minimum: range.min() ?? 0, maximum: range.max() ?? 1)
  }
}
