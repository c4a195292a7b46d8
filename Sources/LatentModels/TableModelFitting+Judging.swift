import LinearAlgebra
import Preprocessing
import PrincipalComponents

extension TableModelFitting {
  /// Linear PCA with as many components as the model, or as the rows allow.
  private func linearMethod(rowCount: Int) -> PCA {
    let count = needsRows ? componentCount : min(componentCount, max(1, rowCount - 1))
    return method == .pca
      ? pca.method(componentCount: count, seed: seed) : PCA(componentCount: count)
  }

  /// The numbers of components that the model will serve, which is what linear PCA is asked for.
  private var lengths: ClosedRange<Int> {
    method == .pca || autoencoder.servesPrefixes
      ? 1...componentCount : componentCount...componentCount
  }

  /// Fits all rows; what is held out comes from the models of five folds.
  func crossValidated(
    _ samples: PreparedSamples, groups: [Int]?, preprocessor: FittedPreprocessor
  ) throws -> JudgedFit {
    let filled =
      triesFilling
      ? FillingTrial.Materials(preprocessor: preprocessor, keepsRows: keepsRows) : nil
    var folds = try CrossValidation(
      samples: samples, componentCount: componentCount, needsRows: needsRows, seed: seed,
      groups: groups, threads: autoencoder.threads, journal: journalPlace)
    folds.hiddenColumns = hiddenColumns
    let linearMethod = linearMethod(rowCount: folds.componentCount + 1)
    let linear = try folds.reconstructions(
      by: linearMethod, lengths: lengths, tryingToFill: method == .pca ? filled : nil)
    let pca = try linearMethod.fit(samples, threads: self.pca.threads)
    guard method == .autoencoder else {
      return JudgedFit(
        model: pca, training: samples, pca: pca,
        heldOut: JudgedFit.HeldOut(samples, own: linear, pca: linear),
        logLikelihood: LogLikelihood(
          training: try pca.meanLogDensity(of: samples),
          validation: try folds.meanLogDensity(by: linearMethod)))
    }
    let candidates =
      autoencoder.image.map {
        SearchPlan.forFewImages(autoencoder.effort, shape: $0)
      } ?? SearchPlan.forFewRows(autoencoder.effort, rowCount: samples.sampleCount)
    let tried = (autoencoder.leavesChoice ? candidates : Array(candidates.prefix(1))).map {
      var tried = autoencoder.autoencoder(
        $0, componentCount: componentCount, rowCount: samples.sampleCount, seed: seed)
      tried.callbacks = [timeLimit?.callback(share: 0.6)].compactMap(\.self)
      tried.timeLimit = timeLimit
      return tried
    }
    let choice = try folds.choose(among: tried)
    var chosen = choice.autoencoder
    chosen.callbacks = callbacks
    chosen.journal = journalPlace?.at("model")
    let model = try chosen.fit(
      samples, stoppingAfter: choice.stepCount, interval: choice.interval)
    var heldOut = JudgedFit.HeldOut(
      samples, groups: groups, own: try folds.reconstructions(by: choice, tryingToFill: filled),
      pca: linear)
    try heldOut.keepLinear(model, unlessGainExceeds: 2)
    return JudgedFit(
      model: model, training: samples, pca: pca, heldOut: heldOut,
      choice: ModelChoice(chosen, stepCount: choice.stepCount, triedCount: tried.count),
      divergedFitCount: choice.divergedFitCount)
  }

  /// Fits some rows and judges on the others, or on rows brought along.
  func split(
    _ samples: PreparedSamples, validation: PreparedSamples?, groups: [Int]?,
    preprocessor: FittedPreprocessor
  ) throws -> JudgedFit {
    let filled =
      triesFilling
      ? FillingTrial.Materials(preprocessor: preprocessor, keepsRows: keepsRows) : nil
    let rows = try validation == nil ? heldOutRows(of: samples, groups: groups) : nil
    let training = rows.map { samples.samples(at: $0.training) } ?? samples
    let heldOut = validation ?? rows.map { samples.samples(at: $0.validation) }
    let linearMethod = linearMethod(rowCount: training.sampleCount)
    let pca = try linearMethod.fit(training, threads: self.pca.threads)
    let limit = judgedRowLimit(featureCount: samples.featureCount)
    let judged = heldOut?.evenlySpaced(limit: limit)
    let linear = try judged.map {
      try HeldOutReconstructions(
        of: $0, hiding: hiddenColumns, by: pca, lengths: lengths, training: training,
        tryingToFill: method == .pca ? filled : nil)
    }
    guard method == .autoencoder else {
      // Nothing was chosen on the rows held out, so the model itself may have them too.
      let model = rows == nil ? pca : try linearMethod.fit(samples, threads: self.pca.threads)
      return JudgedFit(
        model: model, training: samples, pca: model,
        heldOut: judged.flatMap { judged in
          linear.map { JudgedFit.HeldOut(judged, own: $0, pca: $0) }
        },
        logLikelihood: LogLikelihood(
          training: try model.meanLogDensity(of: samples),
          validation: try heldOut.flatMap { try pca.meanLogDensity(of: $0) }))
    }
    let found = try ModelSearch(
      settings: autoencoder, componentCount: componentCount, seed: seed, callbacks: callbacks,
      timeLimit: timeLimit, journal: journalPlace
    ).fit(training, validation: heldOut, startingAt: pca)
    var judgement: JudgedFit.HeldOut?
    if let judged, let linear {
      let heldOutGroups = groups.flatMap { groups in
        rows.map { rows in
          rows.validation.evenlySpaced(limit: limit).map { groups[$0] }
        }
      }
      judgement = JudgedFit.HeldOut(
        judged, groups: heldOutGroups,
        own: try HeldOutReconstructions(
          of: judged, hiding: hiddenColumns, by: found.model, training: training,
          tryingToFill: filled),
        pca: linear)
      try judgement?.keepLinear(found.model, unlessGainExceeds: 1)
    }
    return JudgedFit(
      model: found.model, training: training, pca: pca, heldOut: judgement, choice: found.choice,
      divergedFitCount: found.divergedFitCount)
  }

  /// Rows to train on and rows held out at random; nil where every row is needed.
  private func heldOutRows(of samples: PreparedSamples, groups: [Int]?) throws -> RowSplit? {
    let fraction = validationFraction ?? TableModelFitting.defaultValidationFraction
    let rows =
      if let groups {
        try RowSplit(groups: groups, validationFraction: fraction, seed: seed)
      } else {
        RowSplit(rowCount: samples.sampleCount, validationFraction: fraction, seed: seed)
      }
    // Few rows cannot spare any when every one of them is needed for a component.
    return rows.validation.isEmpty || (needsRows && rows.training.count <= componentCount)
      ? nil : rows
  }

  /// Rows enough to judge by: refining latents for every number of components costs about the
  /// square of that number times the features.
  private func judgedRowLimit(featureCount: Int) -> Int {
    let rows = 500_000_000 / (componentCount * componentCount * (featureCount + 300))
    return max(500, rows / (hiddenColumns?.parts.count ?? 1))
  }
}
