import Kernels
import LinearAlgebra

/// What is known of latents before any target is seen: it costs
/// `Σ weightᵢ (latentᵢ − centerᵢ)²` to leave it, in squares of the targets.
///
/// With the targets' noise variance over the latents' variance for a weight, refined latents are
/// the likeliest ones given the observed targets.
public struct LatentPrior: Sendable {
  public var center: [Double]
  public var weights: [Double]

  /// - Parameters:
  ///   - center: One number for each latent.
  ///   - weights: As many, none below 0.
  public init(center: [Double], weights: [Double]) {
    precondition(center.count == weights.count, "each latent has a center and a weight")
    self.center = center
    self.weights = weights
  }
}

/// Improves latents so that a decoder gives the rows they stand for back better.
///
/// Each row is a least-squares problem of its own: minimise the squares of `row − decoder(latent)`
/// over the latent's few numbers, missing entries left out. Levenberg–Marquardt steps with the
/// decoder's exact Jacobian, carried forward through the layers; a step is kept only where it
/// lowers the row's error, so no row ends worse than it began.
///
/// - Note: Marquardt (1963), doi:10.1137/0111030; latents of incomplete rows as the inverse model
///   of Scholz et al. (2005), doi:10.1093/bioinformatics/bti634.
public final class LatentRefinement {
  /// Steps tried for each row: four or five leave little to gain.
  public static let defaultStepCount = 5

  private let decoder: Model
  private let plan: Plan
  private let weights: PackedWeights
  private let prepared: PreparedKernels
  private let threads: Int
  private let stepCount: Int

  /// Lays out the decoder as its weights are now.
  ///
  /// - Throws: ``TrainingError`` when memory is short.
  public init(
    decoder: Model, threads: Int = 1, stepCount: Int = LatentRefinement.defaultStepCount
  ) throws(TrainingError) {
    self.decoder = decoder
    self.threads = max(1, threads)
    self.stepCount = stepCount
    decoder.initializeMissing(seed: 0)
    let layout = ParameterLayout(decoder.parameters, trains: false)
    plan = Plan(decoder, layout: layout, trains: false, derives: true)
    weights = try PackedWeights(layout, trains: false)
    prepared = try PreparedKernels(plan)
    prepared.update(weights)
  }

  /// - Parameters:
  ///   - latents: Where to begin, shape `[samples, components]`.
  ///   - targets: What the decoder should give, shape `[samples, features]`, finite.
  ///   - mask: Which targets were observed; a row without any keeps its latents.
  ///   - prior: What else a latent should be near, for rows whose targets do not settle it; then
  ///     the sum of both costs is no larger than before.
  /// - Returns: Latents whose decoded rows are no further from the targets.
  /// - Complexity: For each row and step the decoder forward and `components` times its cost.
  /// - Throws: ``TrainingError`` when shapes do not fit or numbers are not finite.
  public func refine(
    _ latents: Matrix<Float>, toward targets: Matrix<Float>, mask: Mask? = nil,
    prior: LatentPrior? = nil
  ) throws(TrainingError) -> Matrix<Float> {
    precondition(
      prior.map { $0.center.count == decoder.input.width } ?? true, "a prior is of all latents")
    try Samples.check(latents, columns: decoder.input.width, called: "latents")
    try Samples.check(targets, columns: decoder.output.width, called: "targets")
    guard targets.rowCount == latents.rowCount else {
      throw TrainingError(
        .rowCount(of: "targets", expected: latents.rowCount, found: targets.rowCount))
    }
    guard latents.rowCount > 0 else { return latents }
    let bytes = mask?.isObserved.map { $0 ? UInt8(1) : 0 }
    let blockRows = RefinementBlock.rowCount(plan: plan)
    let blockCount = (latents.rowCount + blockRows - 1) / blockRows
    let threads = min(threads, blockCount)
    var blocks: [RefinementBlock] = []
    for _ in 0..<threads {
      blocks.append(
        try RefinementBlock(
          plan: plan, weights: weights, prepared: prepared, stepCount: stepCount, prior: prior))
    }
    var refined = latents
    let (width, columns) = (latents.columnCount, targets.columnCount)
    let rowCount = latents.rowCount
    unsafe refined.elements.withUnsafeMutableBufferPointer { codes in
      unsafe targets.elements.withUnsafeBufferPointer { rows in
        unsafe (bytes ?? []).withUnsafeBufferPointer { observed in
          // Every block of rows is worked off by one worker, whichever, from the same start.
          unsafe _ = inParallel(threads, threads: threads) { worker in
            for block in share(worker, of: blockCount, in: threads) {
              let start = block * blockRows
              unsafe blocks[worker].refine(
                codes.baseAddress.map { unsafe $0 + start * width },
                toward: rows.baseAddress.map { unsafe $0 + start * columns },
                mask: bytes == nil ? nil : observed.baseAddress.map { unsafe $0 + start * columns },
                count: min(blockRows, rowCount - start))
            }
          }
        }
      }
    }
    return refined
  }
}
