import Evaluation
import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// A model, the linear PCA beside it, and what both gave back of rows they had not seen.
struct JudgedFit {
  let model: any LatentModel
  /// What the model learnt from.
  let training: PreparedSamples
  let pca: FittedPCA
  var heldOut: HeldOut?
  var choice: ModelChoice?
  var divergedFitCount: Int?
  var logLikelihood: LogLikelihood?

  /// Rows that no weight was trained on, and their reconstructions.
  struct HeldOut {
    let samples: PreparedSamples
    /// A number for each row; rows that share one say but one thing about a gain.
    let groups: [Int]?
    var own: HeldOutReconstructions
    let pca: HeldOutReconstructions
    private(set) var linearLengths: Set<Int> = []

    init(
      _ samples: PreparedSamples, groups: [Int]? = nil, own: HeldOutReconstructions,
      pca: HeldOutReconstructions
    ) {
      self.samples = samples.wanted
      self.groups = groups
      self.own = own
      self.pca = pca
    }

    /// Lets PCA stand in for the numbers of components at which the model's gain may be chance.
    mutating func keepLinear(
      _ model: FittedAutoencoder, unlessGainExceeds standardErrors: Double
    ) throws {
      guard model.pca != nil else { return }
      linearLengths = Set(
        try own.lengths.filter {
          try !own.gain(over: pca, components: $0, on: samples, groups: groups)
            .exceeds(standardErrors: standardErrors)
        })
      try own.replace(linearLengths, by: pca)
      model.linearLengths = linearLengths
    }
  }

  func report(
    rowCount: Int, judging: FitReport.Judging, seed: UInt64, preprocessor: FittedPreprocessor
  ) throws -> FitReport {
    func fidelity(_ reconstructions: Matrix<Double>, on rows: PreparedSamples) -> Fidelity {
      Fidelity(originals: rows, reconstructions: reconstructions, preprocessor: preprocessor)
    }
    let all = model.componentCount
    let reconstructed = try model.reconstruct(training)
    var report = FitReport(
      rowCount: rowCount, trainingRowCount: training.sampleCount,
      judging: heldOut == nil ? .none : judging,
      validationRowCount: heldOut?.samples.sampleCount ?? 0, seed: seed,
      training: fidelity(reconstructed, on: training.wanted),
      pcaTraining: fidelity(try pca.reconstruct(training), on: training.wanted))
    report.pcaComponentCount = pca.componentCount < all ? pca.componentCount : nil
    report.largestCorrelation = try LatentCorrelation.largest(
      model.encode(training.evenlySpaced(limit: 4000)))
    report.choice = choice
    report.divergedFitCount = divergedFitCount
    report.history = (model as? FittedAutoencoder)?.history
    report.logLikelihood = logLikelihood
    let errors = StandardizedErrors(preprocessor)
    report.errorQuantiles = ErrorQuantiles(
      of: try heldOut.flatMap { heldOut in
        try heldOut.own[all].map { errors.rows(heldOut.samples, reconstructions: $0) }
      } ?? errors.rows(training, reconstructions: reconstructed))
    report.filling = heldOut?.own.filling?.best(preprocessor: preprocessor)
    if let autoencoder = model as? FittedAutoencoder,
      report.filling?.method.linear ?? 0 <= autoencoder.pca?.componentCount ?? 0
    {
      // Kept only where it fills best.
      autoencoder.fillingPCA = nil
    }
    if let heldOut {
      report.validation = try heldOut.own[all].map { fidelity($0, on: heldOut.samples) }
      report.pcaValidation = try heldOut.pca[all].map { fidelity($0, on: heldOut.samples) }
      report.encoderValidation = heldOut.own.fromEncoder.map { fidelity($0, on: heldOut.samples) }
      report.components = try ComponentReport.all(
        heldOut.own, beside: heldOut.pca, of: heldOut.samples,
        linearLengths: heldOut.linearLengths, preprocessor: preprocessor)
    }
    return report
  }
}

extension PreparedSamples {
  /// The intrinsic dimension of the rows that miss nothing, at most that of the features.
  func intrinsicDimension(seed: UInt64, threads: Int) -> FitReport.Dimension? {
    var rows = values
    if let observed {
      let complete = (0..<sampleCount).filter { row in
        (0..<featureCount).allSatisfy { observed[row, $0] }
      }
      rows = values.rows(at: complete)
    }
    return IntrinsicDimension(of: rows, seed: seed, threads: threads).map {
      FitReport.Dimension(value: min($0.value, Double(featureCount)), rowCount: $0.rowCount)
    }
  }

  /// Whether there is any cell to compare a reconstruction with.
  var hasObservedCell: Bool {
    observed.map { $0.isObserved.contains(true) } ?? (sampleCount > 0)
  }

  /// So many rows at most, evenly spaced.
  package func evenlySpaced(limit: Int) -> PreparedSamples {
    sampleCount > limit ? samples(at: Array(0..<sampleCount).evenlySpaced(limit: limit)) : self
  }
}

extension Array {
  /// So many elements at most, evenly spaced.
  package func evenlySpaced(limit: Int) -> [Element] {
    count > limit ? (0..<limit).map { self[$0 * count / limit] } : self
  }
}
