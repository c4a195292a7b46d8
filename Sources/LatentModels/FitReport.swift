import NeuralNetworks

/// How good a model is on a set of rows.
public struct Fidelity: Codable, Sendable, Equatable {
  /// 1 − squared error / squares about the training mean, over observed cells of numbers, each
  /// column divided by its training standard deviation; nil without such cells.
  public var explainedVariance: Double?
  /// Share of observed category cells given back right; nil without categories.
  public var categoryAccuracy: Double?
  /// Mean squared error of pixels, black 0 and white 1; nil for any other table.
  public var pixelError: Double?

  enum CodingKeys: String, CodingKey {
    case explainedVariance = "explained_variance"
    case categoryAccuracy = "category_accuracy"
    case pixelError = "pixel_error"
  }
}

/// What is known of a fit, kept in the model file; it holds no clock times, so that the same fit
/// gives the same bytes.
public struct FitReport: Codable, Sendable, Equatable {
  /// Which rows the figures of ``validation`` and ``pcaValidation`` are from.
  public enum Judging: String, Codable, Sendable {
    /// Rows held out from training.
    case validation
    /// All rows, each by a model fitted on the other folds; the model itself saw all rows.
    case crossValidation
    /// None were held out.
    case none
  }

  public var rowCount: Int
  /// Rows that the model's weights were trained on.
  public var trainingRowCount: Int
  public var judging: Judging
  /// Rows that ``validation`` is from; 0 when none were held out.
  public var validationRowCount: Int
  public var seed: UInt64
  /// On the rows that the model was trained on.
  public var training: Fidelity
  /// On rows that no weight of the judged models was trained on; nil when there were none.
  public var validation: Fidelity?
  /// Linear PCA with as many components, or as many as the rows allow, fitted on the same training
  /// rows.
  public var pcaTraining: Fidelity
  public var pcaValidation: Fidelity?
  /// The components of that linear PCA where there were too few rows for as many as the model has.
  public var pcaComponentCount: Int?
  /// As ``validation``, with latents straight from the encoder; nil unless the model refines them.
  public var encoderValidation: Fidelity?
  /// What each number of components explains on the rows of ``validation``; empty without them.
  public var components: [ComponentReport] = []
  /// The largest size of a correlation between two latents on training rows; nil for one latent.
  public var largestCorrelation: Double?
  /// How many numbers the rows without missing cells seem to be made of; nil when that cannot be
  /// told.
  public var intrinsicDimension: Dimension?
  /// What the search settled on; nil for PCA.
  public var choice: ModelChoice?
  /// Fits on the way to the model whose loss stopped being a number; nil for PCA.
  public var divergedFitCount: Int?
  /// Losses by epoch; nil for PCA.
  public var history: TrainingHistory?
  /// Of linear components as a normal distribution; nil for autoencoders.
  public var logLikelihood: LogLikelihood?
  /// The errors that rows are compared with to tell how unusual they are, of the rows of
  /// ``validation`` or, without them, of the training rows; nil in files of earlier releases.
  public var errorQuantiles: ErrorQuantiles?
  /// How far training rows are from the others that the model keeps; nil when it keeps none.
  public var distanceQuantiles: ErrorQuantiles?
  /// How missing cells are filled, as cells hidden in held-out rows have shown; nil when none were
  /// held out, and in files of earlier releases.
  public var filling: FillingReport?

  /// An estimate of the intrinsic dimension of rows by the distances of nearest neighbours.
  public struct Dimension: Codable, Sendable, Equatable {
    public var value: Double
    /// Rows that it is from.
    public var rowCount: Int
  }

  /// The figures to quote: on validation rows, or on training rows when none were held out.
  public var judged: (rows: String, model: Fidelity, pca: Fidelity) {
    if let validation, let pcaValidation {
      let kind = judging == .crossValidation ? "cross-validated" : "validation"
      let rows = "\(validationRowCount) \(kind) \(validationRowCount == 1 ? "row" : "rows")"
      return (rows, validation, pcaValidation)
    }
    return ("\(trainingRowCount) training rows", training, pcaTraining)
  }
}
