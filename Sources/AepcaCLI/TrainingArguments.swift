import AEPCA
import ArgumentParser

/// How an autoencoder is built and trained; what is not given is chosen by the number of rows.
struct TrainingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long to look for a good model: quick, standard or thorough.", valueName: "effort"))
  var effort: Effort = .standard

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Train no longer than about this; the model then depends on the machine's speed.",
      valueName: "seconds"))
  var timeLimit: Double?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Components in order of importance, so that the first of them do alone; the default but for "
        + "pictures and series."))
  var ordered: Bool?

  @Option(
    help: ArgumentHelp(
      "Hidden layers of the encoder, mirrored in the decoder: 'dense 64 tanh, dense 32 tanh', or 'none'; "
        + "of pictures also 'conv 64 3 relu, maxpool 2', with 'conv 64 3 /2 relu' for a stride, and "
        + "'avgpool 2'.",
      valueName: "layers"))
  var encoder: String?

  @Flag(help: "With --encoder: add the PCA path, which the default model has.")
  var linearPath = false

  @Option(help: ArgumentHelp("Activation of the default hidden layers.", valueName: "name"))
  var activation: Activation?

  @Option(help: ArgumentHelp("Activation of the latents; linear by default.", valueName: "name"))
  var latentActivation: Activation?

  @Option(help: ArgumentHelp("What training makes small.", valueName: "name"))
  var loss: LossName = .mse

  @Option(help: "Passes over the training rows at most.")
  var epochs: Int?

  @Option(help: "Rows in a training step.")
  var batchSize: Int?

  @Option(help: "Step size of the optimizer.")
  var learningRate: Double?

  @Option(help: ArgumentHelp("adamw, adam or sgd.", valueName: "name"))
  var optimizer: OptimizerName?

  @Option(help: ArgumentHelp("Decay of the weights in a step of adamw.", valueName: "rate"))
  var weightDecay: Double?

  @Option(help: "Epochs without improvement after which training stops.")
  var patience: Int?

  @Flag(help: "Run every epoch; the best weights are still kept.")
  var noEarlyStopping = false

  @Option(
    help: ArgumentHelp(
      "refined: latents improved row by row, the default; encoder: straight from it, the default "
        + "with --latent-activation.", valueName: "codes"))
  var codes: Codes?

  @Option(
    help: ArgumentHelp(
      "Learn to take noise out: gaussian:0.1 (standard deviations), salt-pepper:0.6 or mask:0.2 "
        + "(shares of the cells).", valueName: "noise"))
  var noise: CellNoise?

  @Option(
    help: ArgumentHelp(
      "Table that the rows should become, of the same rows and columns: learn to turn one into the "
        + "other.", valueName: "clean.csv"))
  var target: String?

  func validate() throws {
    if noise != nil, target != nil {
      throw ValidationError("--target: expected no --noise beside it, found both")
    }
    func check(_ name: String, _ value: Int?, in range: ClosedRange<Int>) throws {
      guard let value, !range.contains(value) else { return }
      throw ValidationError(
        "--\(name): expected \(range.lowerBound) to \(range.upperBound), found \(value)")
    }
    if let timeLimit, !(timeLimit > 0 && timeLimit < 1e9) {
      throw ValidationError("--time-limit: expected seconds above 0, found \(timeLimit)")
    }
    try check("epochs", epochs, in: 1...10_000_000)
    try check("batch-size", batchSize, in: 1...10_000_000)
    try check("patience", patience, in: 1...10_000_000)
    for (name, value) in [("learning-rate", learningRate), ("weight-decay", weightDecay)] {
      guard let value, !(value >= 0 && value.isFinite && (value > 0 || name == "weight-decay"))
      else { continue }
      throw ValidationError("--\(name): expected a positive number, found \(value)")
    }
  }

  /// - Parameter areImages: Whether the layers are those of pictures.
  func settings(threads: Int, areImages: Bool) throws -> AutoencoderSettings {
    var settings = AutoencoderSettings()
    if let encoder {
      do {
        if areImages {
          settings.imageLayers = try EncoderLayers.parseImage(encoder)
        } else {
          settings.hiddenLayers = try EncoderLayers.parse(encoder)
        }
      } catch {
        throw ValidationError("\(error)")
      }
      settings.hasLinearPath = linearPath
    }
    settings.effort = effort
    settings.isOrdered = ordered ?? !areImages
    settings.activation = activation
    settings.latentActivation = latentActivation
    settings.loss = loss
    settings.epochs = epochs
    settings.batchSize = batchSize
    settings.learningRate = learningRate
    settings.optimizer = optimizer
    settings.weightDecay = weightDecay
    settings.patience = patience
    settings.stopsEarly = !noEarlyStopping
    settings.codes = codes
    settings.threads = threads
    return settings
  }
}

extension CellNoise: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
extension Effort: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}
extension Codes: ExpressibleByArgument {}
extension LossName: ExpressibleByArgument {}
extension OptimizerName: ExpressibleByArgument {}
