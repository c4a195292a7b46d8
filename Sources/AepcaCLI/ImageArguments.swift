import AEPCA
import ArgumentParser

/// What a user says about columns that are pixels, or come in order.
struct PixelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The columns are the pixels of pictures of this height, width and, for colours, channels: "
        + "28x28, 60x80x3.", valueName: "HxWxC"))
  var image: ImageShape?

  @Flag(help: "The columns come in order, as of a spectrum or a series.")
  var sequence = false

  var isUsed: Bool { image != nil || sequence }

  func validate() throws {
    if image != nil && sequence {
      throw ValidationError("expected one of --image and --sequence, found both")
    }
  }

  /// The columns of a table that are pixels, and their shape; the others are named.
  ///
  /// - Parameters:
  ///   - path: Of the table, for errors.
  ///   - otherShape: Of pictures whose size neither an option nor the columns' names tell.
  func pixels(
    of table: Table, path: String, otherShape: ImageShape? = nil, common: CommonOptions
  ) throws -> (table: Table, shape: ImageShape) {
    var shape = image
    if sequence {
      let count = table.columns.count { $0.schema.kind == .number }
      guard let series = ImageShape(height: 1, width: max(1, count)) else {
        throw ToolError(
          .badData,
          "\(path): expected at most \(ImageShape.sideLimit) columns in order, found \(count)")
      }
      shape = series
    }
    shape = shape ?? ImageShape(namedBy: table.columns.map(\.name)) ?? otherShape
    let (found, columns) = try table.pixels(of: shape, path: path)
    let names = Set(columns.map(\.name))
    let others = table.columns.map(\.name).filter { !names.contains($0) }
    if !others.isEmpty {
      let rest = others.count > 10 ? " and \(others.count - 10) more" : ""
      common.note(
        "\(path): left out, for they are no pixels: "
          + others.prefix(10).joined(separator: ", ") + rest)
    }
    return (Table(columns: columns), found)
  }
}

/// What a user says about a model of pixels.
struct ImageArguments: ParsableArguments {
  @OptionGroup var columns: PixelArguments

  @Flag(help: "Keep the last feature map of --encoder as the latents; it says how many there are.")
  var latentMap = false

  @Option(
    help: ArgumentHelp(
      "A model of the course lab on 28x28 pixels: dense-lab or conv-lab.", valueName: "name"))
  var preset: Preset?

  var isUsed: Bool { columns.isUsed || preset != nil }

  func check(_ training: TrainingArguments, method: Method) throws {
    if latentMap {
      guard columns.isUsed else {
        throw ValidationError("--latent-map: expected --image or --sequence beside it")
      }
      guard training.encoder != nil else {
        throw ValidationError("--latent-map: expected the layers of a map in --encoder beside it")
      }
      if training.linearPath {
        throw ValidationError("--latent-map: expected no --linear-path, which has numbers only")
      }
    }
    if method == .pca, latentMap || preset != nil {
      throw ValidationError("--method pca: expected neither --latent-map nor --preset beside it")
    }
    guard preset != nil else { return }
    if columns.sequence { throw ValidationError("--preset: expected pictures, found --sequence") }
    for (name, isGiven) in [
      ("latent-map", latentMap), ("encoder", training.encoder != nil),
      ("linear-path", training.linearPath), ("activation", training.activation != nil),
      ("latent-activation", training.latentActivation != nil), ("loss", training.loss != .mse),
      ("optimizer", training.optimizer != nil), ("weight-decay", training.weightDecay != nil),
    ] where isGiven {
      throw ValidationError("--preset: expected no --\(name), which it sets itself")
    }
  }

  /// The pixels of a table, and their shape; the table as it is when its columns are no pixels.
  ///
  /// - Parameter path: Of the table, for errors.
  func pixels(of table: Table, path: String, common: CommonOptions) throws -> (Table, ImageShape?) {
    guard isUsed else { return (table, nil) }
    // What the course's pictures are.
    let otherShape = ImageShape(height: 28, width: 28)
    let found = try columns.pixels(
      of: table, path: path, otherShape: otherShape, common: common)
    return (found.table, found.shape)
  }
}

extension ImageArguments {
  /// The latents that a preset or the layers of a latent map make; nil where they are free.
  func componentCount(_ settings: AutoencoderSettings) throws -> Int? {
    guard let shape = settings.image else { return nil }
    if let preset { return try preset.componentCount(shape) }
    guard latentMap, let layers = settings.imageLayers else { return nil }
    guard !layers.contains(where: \.isDense) else {
      throw ToolError(.usage, "--latent-map: expected a map at the end of --encoder, found 'dense'")
    }
    return try ConvolutionalLayers(shape: shape, encoder: layers, keepsMap: true)
      .mapSizes().reduce(1, *)
  }
}

extension Scaling {
  /// Refuses any other than the default for pixels.
  func checkForPixels() throws {
    guard self == .standard else {
      throw ValidationError("--scale: expected none for pixels, which all are scaled from 0 to 1")
    }
  }
}

extension Preset: ExpressibleByArgument {}
