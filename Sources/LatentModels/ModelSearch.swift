import LinearAlgebra
import NeuralNetworks
import Preprocessing
import PrincipalComponents

/// Finds a good autoencoder for a table that can spare rows to choose by.
///
/// Every candidate is trained for few steps, without order, and judged on the held-out rows with
/// the latents that the model will give. The best are trained for many steps more from the
/// beginning, and the best of those is the model.
struct ModelSearch {
  let settings: AutoencoderSettings
  let componentCount: Int
  let seed: UInt64
  let callbacks: [any TrainingCallback]
  let timeLimit: TimeLimit?
  var journal: JournalPlace?

  /// Held-out rows that choose, for refining latents costs far more than training on as many.
  private static let judgedRowLimit = 1000

  struct Outcome {
    let model: FittedAutoencoder
    let choice: ModelChoice
    let divergedFitCount: Int
  }

  func fit(
    _ training: PreparedSamples, validation: PreparedSamples?, startingAt pca: FittedPCA
  ) throws -> Outcome {
    let rowCount = training.sampleCount
    let plan =
      settings.image.map { SearchPlan.forImages(settings.effort, rowCount: rowCount, shape: $0) }
      ?? SearchPlan.forSplitRows(settings.effort, rowCount: rowCount)
    let compares = settings.leavesChoice && validation != nil
    // Where all go on there is nothing to screen for.
    let screens = compares && plan.screened.count > plan.finalistCount
    let features = try training.singlePrecision()
    let judged = validation?.evenlySpaced(limit: ModelSearch.judgedRowLimit)
    var losses: [Double] = []
    var divergedFitCount = 0
    if screens {
      let fits = try inParallel(plan.screened.count, threads: settings.threads) { index in
        var autoencoder = self.autoencoder(plan.screened[index], rowCount: rowCount)
        autoencoder.callbacks = [timeLimit?.callback(share: 0.3)].compactMap(\.self)
        autoencoder.journal = journal?.at("screened/\(index)")
        return try autoencoder.tried(
          training, features: features, validation: judged, startingAt: pca)
      }
      losses = fits.map(\.least)
      divergedFitCount = fits.count(where: \.hasDiverged)
    }
    let finalists =
      screens
      ? plan.finalists(losses: losses)
      : (compares ? plan.screened.indices.prefix(plan.finalistCount) : 0..<1)
        .map(plan.lengthened)
    let threads = max(1, settings.threads / finalists.count)
    let trained = try inParallel(finalists.count, threads: settings.threads) { index in
      var autoencoder = self.autoencoder(finalists[index], rowCount: rowCount)
      autoencoder.training.threads = threads
      autoencoder.journal = journal?.at("final/\(index)")
      autoencoder.callbacks =
        [timeLimit?.callback(share: 0.8)].compactMap(\.self) + (index == 0 ? callbacks : [])
      return try autoencoder.train(
        training, features: features, validation: judged, startingAt: pca)
    }
    let finals = trained.map { Autoencoder.Trial($0.fitted) }
    var best = 0
    for index in finals.indices where finals[index].least < finals[best].least { best = index }
    var autoencoder = self.autoencoder(finalists[best], rowCount: rowCount)
    autoencoder.journal = journal?.at("final/\(best)")
    trained[best].fitted.threads = settings.threads
    let model = try autoencoder.finish(trained[best], training, validation: judged)
    return Outcome(
      model: model,
      choice: ModelChoice(
        autoencoder, stepCount: model.history?.stepCount ?? 0,
        triedCount: compares ? plan.screened.count : 1),
      divergedFitCount: divergedFitCount + finals.count(where: \.hasDiverged))
  }

  private func autoencoder(_ candidate: Candidate, rowCount: Int) -> Autoencoder {
    var autoencoder = settings.autoencoder(
      candidate, componentCount: componentCount, rowCount: rowCount, seed: seed)
    autoencoder.timeLimit = timeLimit
    return autoencoder
  }
}

extension SearchPlan {
  /// The plan for a table with rows held out, which may be few if that was asked for.
  static func forSplitRows(_ effort: Effort, rowCount: Int) -> SearchPlan {
    guard rowCount < TableModelFitting.crossValidationLimit / 2 else {
      return forManyRows(effort, rowCount: rowCount)
    }
    return SearchPlan(
      screened: forFewRows(effort, rowCount: rowCount), finalistCount: 1, stepFactor: 1)
  }
}

/// What a search settled on, and among how much.
public struct ModelChoice: Codable, Sendable, Equatable {
  public var hiddenLayers: [Autoencoder.HiddenLayer]
  /// The encoder's layers of a model of pictures as a user writes them; nil for any other.
  public var imageLayers: String?
  /// Standard deviation of the noise added to the encoder's input while training.
  public var inputNoise: Double
  /// Steps that the model was trained for.
  public var stepCount: Int
  /// Autoencoders that were compared.
  public var triedCount: Int

  init(_ autoencoder: Autoencoder, stepCount: Int, triedCount: Int) {
    hiddenLayers = autoencoder.convolution == nil ? autoencoder.hiddenLayers : []
    imageLayers = autoencoder.convolution?.text
    inputNoise = autoencoder.inputNoise
    self.stepCount = stepCount
    self.triedCount = triedCount
  }

  enum CodingKeys: String, CodingKey {
    case hiddenLayers = "hidden_layers"
    case imageLayers = "image_layers"
    case inputNoise = "input_noise"
    case stepCount = "steps"
    case triedCount = "tried"
  }
}
