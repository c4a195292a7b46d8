import LinearAlgebra
import NeuralNetworks
import Preprocessing

/// Gives each number of components below all a decoder of its own.
///
/// The decoder of prefixes has learnt to do with any of them, but one network for all is spread
/// thin. Each prefix begins with that network's weights and goes on alone: in rounds, the latents
/// of some training rows are refined for the decoder as it is, and the decoder then learns to
/// give the rows back from them. That makes small what the model will be judged by, the error
/// *after* refinement, where training through the encoder only sees the error before it.
package struct PrefixDecoders {
  /// How long to go on.
  package struct Schedule: Sendable, Equatable {
    package var rounds: Int
    package var steps: Int
  }

  let fitted: FittedAutoencoder
  let schedule: Schedule
  let options: TrainingOptions
  let training: PreparedSamples
  let validation: PreparedSamples?
  /// When no further round is begun; nil for never.
  var timeLimit: TimeLimit?
  /// Where what was trained is kept.
  var journal: JournalPlace?

  /// Rows of a round at most: refining costs more than training on as many rows.
  private static let rowLimit = 4096
  private static let refinementSteps = 3

  /// The decoders of 1, 2, … components.
  ///
  /// - Parameter shared: The trained decoder of prefixes.
  func tuned(from shared: Model) throws -> [Model] {
    try inParallel(fitted.componentCount - 1, threads: options.threads) { index in
      let decoder = try shared.takingPrefix(index + 1, of: fitted.componentCount)
      let place = journal?.at("\(index + 1)")
      if let weights = place?.result?.weights {
        try decoder.setWeightValues(weights)
      } else {
        try tune(decoder, length: index + 1, place)
        place?.end(TrainingResult(weights: decoder.weightValues, history: TrainingHistory()))
      }
      return decoder
    }
  }

  /// Goes on from the weights that the decoder has; the best so far stay when it diverges.
  private func tune(_ decoder: Model, length: Int, _ place: JournalPlace?) throws {
    var best = (loss: try heldOutLoss(of: decoder, length: length), weights: decoder.weights)
    for round in 0..<schedule.rounds {
      if let timeLimit, timeLimit.hasPassed { break }
      guard try learns(decoder, length: length, in: round, place?.at("\(round)")) else { break }
      guard let loss = try heldOutLoss(of: decoder, length: length) else { continue }
      if loss < best.loss ?? .infinity { best = (loss, decoder.weights) }
    }
    if best.loss != nil { try decoder.setWeights(best.weights) }
  }

  /// Rows to learn from, refined for the decoder as it is.
  private struct Lesson {
    let latents: Matrix<Float>
    let features: Matrix<Float>
    let observed: Mask?
    let options: TrainingOptions
  }

  private func lesson(_ round: Int, for decoder: Model, length: Int) throws -> Lesson {
    let samples = training.samples(at: rows(of: round))
    let features = try samples.singlePrecision()
    let batch = min(options.batchSize, samples.sampleCount)
    let perEpoch = (samples.sampleCount + batch - 1) / batch
    var options = options
    options.threads = 1
    options.epochs = max(1, schedule.steps / perEpoch)
    options.learningRate /= 3
    options.seed &+= UInt64(round)
    options.schedule = LearningRateSchedule(
      .cosine(finalFraction: round + 1 == schedule.rounds ? 0.02 : 0.5), warmUpSteps: 20)
    options.earlyStopping = nil
    options.validateEverySteps = nil
    let wanted = samples.wanted
    return Lesson(
      latents: try latents(
        of: samples, features, length: length, by: decoder,
        refinementSteps: PrefixDecoders.refinementSteps),
      features: try wanted.singlePrecision(), observed: wanted.observed, options: options)
  }

  /// Trains for a round, unless that was done before, and tells whether it left finite weights.
  private func learns(
    _ decoder: Model, length: Int, in round: Int, _ place: JournalPlace?
  ) throws -> Bool {
    if let weights = place?.result?.weights {
      try decoder.setWeightValues(weights)
      return true
    }
    return try learns(decoder, lesson(round, for: decoder, length: length), place?.keeper())
  }

  private func learns(
    _ decoder: Model, _ lesson: Lesson, _ keeper: (any TrainingKeeper)?
  ) throws -> Bool {
    do {
      _ = try decoder.fit(
        lesson.latents, lesson.features, mask: lesson.observed, options: lesson.options,
        keeper: keeper)
      return true
    } catch let error where error.isDivergence {
      return false
    }
  }

  /// Every row in as few rounds as can be.
  private func rows(of round: Int) -> [Int] {
    let count = training.sampleCount
    let stride = (count + PrefixDecoders.rowLimit - 1) / PrefixDecoders.rowLimit
    return Array(Swift.stride(from: round % stride, to: count, by: stride))
  }

  /// The mean loss of held-out rows given back from so many components; nil without such rows.
  private func heldOutLoss(of decoder: Model, length: Int) throws -> Double? {
    guard let validation else { return nil }
    let features = try validation.singlePrecision()
    let latents = try latents(
      of: validation, features, length: length, by: decoder,
      refinementSteps: LatentRefinement.defaultStepCount)
    return try decoder.evaluate(
      latents, validation.wanted.singlePrecision(), mask: validation.wanted.observed,
      loss: options.loss)
  }

  private func latents(
    of samples: PreparedSamples, _ features: Matrix<Float>, length: Int, by decoder: Model,
    refinementSteps: Int
  ) throws -> Matrix<Float> {
    let latents = try fitted.encoder.predict(features).columns(at: Array(0..<length))
    guard fitted.codes == .refined else { return latents }
    return try LatentRefinement(decoder: decoder, stepCount: refinementSteps)
      .refine(latents, toward: features, mask: samples.observed)
  }
}
