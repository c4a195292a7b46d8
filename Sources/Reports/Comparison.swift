import Evaluation
import LatentModels

/// What nonlinear components gain over linear ones on rows that neither was fitted or chosen on.
///
/// As JSON this is schema `aepca-comparison`, version ``schemaVersion``; Sources/Reports/Schema.md
/// describes every field. Everything but ``MethodResult/seconds`` depends on the table, the options
/// and the seed alone.
public struct Comparison: Codable, Sendable, Equatable {
  /// Raised whenever a field changes its meaning or goes away.
  public static let schemaVersion = 2

  public var schema = "aepca-comparison"
  public var schemaVersion = Comparison.schemaVersion
  public var provenance: Provenance
  public var data: DataSummary
  /// By number of components, ascending.
  public var results: [ComponentCountResult]
  /// The share of the training rows' variance along each principal axis, largest first.
  public var scree: [Double]
  /// Explained variance of held-out rows by 1, 2, … linear components, as many as cost little; empty
  /// where cells are missing, which would cost a search for each.
  public var linearCurve: [Double]
  public var verdict: Verdict

  public init(
    provenance: Provenance, data: DataSummary, results: [ComponentCountResult], scree: [Double],
    linearCurve: [Double], verdict: Verdict
  ) {
    self.provenance = provenance
    self.data = data
    self.results = results
    self.scree = scree
    self.linearCurve = linearCurve
    self.verdict = verdict
  }

  enum CodingKeys: String, CodingKey {
    case schema
    case schemaVersion = "schema_version"
    case provenance
    case data
    case results
    case scree
    case linearCurve = "linear_curve"
    case verdict
  }

  /// How to make the same figures again.
  public struct Provenance: Codable, Sendable, Equatable {
    public var toolVersion: String
    public var chartLibrary: String?
    public var command: String
    public var seed: UInt64
    /// nil for a model brought along.
    public var effort: Effort?
    public var repeats: Int
    /// Of all intervals.
    public var confidence: Double
    public var resamples: Int

    public init(
      toolVersion: String = "", chartLibrary: String? = nil, command: String = "", seed: UInt64,
      effort: Effort?, repeats: Int, confidence: Double = 0.95, resamples: Int = 1000
    ) {
      self.toolVersion = toolVersion
      self.chartLibrary = chartLibrary
      self.command = command
      self.seed = seed
      self.effort = effort
      self.repeats = repeats
      self.confidence = confidence
      self.resamples = resamples
    }

    enum CodingKeys: String, CodingKey {
      case toolVersion = "tool_version"
      case chartLibrary = "chart_library"
      case command
      case seed
      case effort
      case repeats
      case confidence
      case resamples
    }
  }
}

/// One number of components, both methods beside each other.
public struct ComponentCountResult: Codable, Sendable, Equatable {
  public var components: Int
  public var nonlinear: MethodResult
  public var linear: MethodResult
  /// Kernel PCA, where it was asked for.
  public var kernel: MethodResult?
  /// The explained variance of held-out rows by the autoencoder, less that by linear PCA.
  public var gain: Interval
  /// The same for each column of ``DataSummary/modelColumns``; nil where nothing varies.
  public var columnGains: [Interval?]
  /// How much of ``gain`` comes from each column: they add up to it.
  ///
  /// Nil for categories beside numbers, which explained variance does not count, and for columns that
  /// do not vary.
  public var columnContributions: [Double?]

  enum CodingKeys: String, CodingKey {
    case components
    case nonlinear
    case linear
    case kernel
    case gain
    case columnGains = "column_gains"
    case columnContributions = "column_contributions"
  }

  public init(
    components: Int, nonlinear: MethodResult, linear: MethodResult, kernel: MethodResult? = nil,
    gain: Interval, columnGains: [Interval?], columnContributions: [Double?]
  ) {
    self.components = components
    self.nonlinear = nonlinear
    self.linear = linear
    self.kernel = kernel
    self.gain = gain
    self.columnGains = columnGains
    self.columnContributions = columnContributions
  }
}

/// How one method does with one number of components; the mean over repeated splits.
public struct MethodResult: Codable, Sendable, Equatable {
  /// Explained variance of the rows it was fitted on; nil for a model brought along.
  public var training: Interval?
  /// Explained variance of the held-out rows.
  public var test: Interval
  /// Explained variance of each column on the held-out rows; nil where nothing varies there.
  public var columns: [Double?]
  /// Share of categories of held-out rows given back right; nil without categories.
  public var categoryAccuracy: Double?
  /// Mean squared error of pixels of the held-out rows, black 0 and white 1; nil unless the columns
  /// were taken for pixels.
  public var pixelError: Double?
  /// Of the held-out rows; nil for too few of them.
  public var neighbors: NeighborPreservation?
  /// The largest size of a correlation between two components on training rows.
  public var largestCorrelation: Double?
  /// Processor time of the fit; the one figure that is not the same in every run.
  public var seconds: Double?
  /// Size of the model file.
  public var modelBytes: Int
  /// In how many of the splits the autoencoder kept linear PCA, having found nothing better.
  public var linearFits: Int

  enum CodingKeys: String, CodingKey {
    case training
    case test
    case columns
    case categoryAccuracy = "category_accuracy"
    case pixelError = "pixel_error"
    case neighbors
    case largestCorrelation = "largest_correlation"
    case seconds
    case modelBytes = "model_bytes"
    case linearFits = "linear_fits"
  }

  public init(
    training: Interval?, test: Interval, columns: [Double?], categoryAccuracy: Double? = nil,
    pixelError: Double? = nil, neighbors: NeighborPreservation? = nil,
    largestCorrelation: Double? = nil, seconds: Double? = nil, modelBytes: Int = 0,
    linearFits: Int = 0
  ) {
    self.training = training
    self.test = test
    self.columns = columns
    self.categoryAccuracy = categoryAccuracy
    self.pixelError = pixelError
    self.neighbors = neighbors
    self.largestCorrelation = largestCorrelation
    self.seconds = seconds
    self.modelBytes = modelBytes
    self.linearFits = linearFits
  }
}
