import AEPCA
import ArgumentParser

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a model is made of and how well it does beside linear PCA.",
    discussion: """
      Example:
        aepca inspect model.aepca
      """)

  @OptionGroup var model: ModelArgument
  @Flag(help: "One JSON object instead of text.")
  var json = false
  @Flag(help: "Show what each component adds to the explained variance of each column.")
  var columns = false
  @Option(
    help: ArgumentHelp(
      "Write what each component adds to each column as CSV instead.", valueName: "file"))
  var columnGains: String?
  @Option(
    help: ArgumentHelp(
      "Write the loadings of linear components as CSV instead.", valueName: "file"))
  var loadings: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let asked = [json, columns, columnGains != nil, loadings != nil].count(where: \.self)
    guard asked <= 1 else {
      throw ValidationError(
        "expected one of --json, --columns, --column-gains and --loadings, found \(asked)")
    }
  }

  func run() throws {
    let model = try model.read()
    if let loadings {
      try LoadingsFile(creating: loadings).write(model)
      return
    }
    if let columnGains {
      try ColumnGains(model).write(to: columnGains)
      return
    }
    var output = try OutputFile(creating: "-")
    if columns {
      try output.write(try ColumnGains(model).lines.joined(separator: "\n") + "\n")
    } else if json {
      try output.write(try JSONText.encode(InspectDocument(model)))
    } else {
      try output.write(InspectText(model).lines.joined(separator: "\n") + "\n")
    }
    try output.commit()
  }
}

/// A model as text for people.
struct InspectText {
  let model: TableModel

  init(_ model: TableModel) {
    self.model = model
  }

  var lines: [String] {
    overview + [""] + fidelity + [""] + components + layers + [""] + columns + ["", keptRows]
  }

  private var keptRows: String {
    (model.references.map { "keeps \(counted($0.count, "training row"))" }
      ?? "keeps no training rows") + " for 'score' and 'clean'"
  }

  private var overview: [String] {
    let preprocessor = model.preprocessor
    let report = model.report
    return [
      "\(model.method.rawValue), \(counted(model.latentModel.componentCount, "component")) of "
        + "\(counted(preprocessor.codings.count, "column")) (\(preprocessor.usableColumnCount) vary)",
      "\(report.rowCount) rows, \(report.trainingRowCount) to train on, judged on "
        + "\(report.judged.rows), seed \(report.seed), "
        + (preprocessor.pixels.map(describe) ?? "scaling \(preprocessor.scaling.rawValue)")
        + ((model.latentModel as? FittedPCA)?.isWhitened == true ? ", whitened" : ""),
    ]
  }

  private func describe(_ pixels: PixelColumns) -> String {
    "pictures of \(pixels.shape), from \(plainDecimal(pixels.scale.black)) (black) to "
      + "\(plainDecimal(pixels.scale.white)) (white)"
  }

  private var fidelity: [String] {
    let report = model.report
    var rows = [
      ["", "training", report.judging == .crossValidation ? "cross-validated" : "validation"]
    ]
    func row(_ name: String, _ training: Double?, _ validation: Double?) {
      rows.append([name, FitSummary.decimal(training), FitSummary.decimal(validation)])
    }
    row(
      "explained variance", report.training.explainedVariance,
      report.validation?.explainedVariance)
    if model.method != .pca {
      row(
        "  of linear PCA", report.pcaTraining.explainedVariance,
        report.pcaValidation?.explainedVariance)
    }
    if report.encoderValidation != nil {
      row("  straight from the encoder", nil, report.encoderValidation?.explainedVariance)
    }
    if report.training.pixelError != nil {
      row("error of pixels", report.training.pixelError, report.validation?.pixelError)
      if model.method != .pca {
        row("  of linear PCA", report.pcaTraining.pixelError, report.pcaValidation?.pixelError)
      }
    }
    if report.training.categoryAccuracy != nil {
      row(
        "right categories", report.training.categoryAccuracy, report.validation?.categoryAccuracy)
      if model.method != .pca {
        row(
          "  of linear PCA", report.pcaTraining.categoryAccuracy,
          report.pcaValidation?.categoryAccuracy)
      }
    }
    return InspectText.aligned(rows)
  }

  private var layers: [String] {
    switch model.latentModel {
    case let pca as FittedPCA:
      return InspectText.components(pca, of: model)
    case let autoencoder as FittedAutoencoder:
      var text = [autoencoder.encoder.summary(), autoencoder.decoder.summary()]
      if let history = autoencoder.history {
        text.append(
          "trained \(history.losses.count) epochs, \(history.stepCount) steps;"
            + " best after epoch \(history.bestEpoch)")
      }
      return text
    default: return []
    }
  }

  private var columns: [String] {
    let preprocessor = model.preprocessor
    var rows = [["column", "kind", "coding"]]
    for (column, coding) in zip(preprocessor.schema.columns, preprocessor.codings) {
      rows.append([column.name, column.kind.rawValue, describe(coding, of: column)])
    }
    for column in preprocessor.leftOut {
      rows.append([column.name, column.kind.rawValue, "left out"])
    }
    return InspectText.aligned(rows)
  }

  private func describe(_ coding: ColumnCoding, of column: ColumnSchema) -> String {
    switch coding {
    case .scaled(_, _, let statistics):
      "mean \(shortDecimal(statistics.mean)), deviation "
        + "\(shortDecimal(statistics.standardDeviation)), from "
        + "\(shortDecimal(statistics.minimum)) to \(shortDecimal(statistics.maximum))"
    case .oneHot(let shares):
      zip(column.levels, shares).map { "\($0) \(shortDecimal($1))" }.joined(separator: ", ")
    case .constantNumber(let number): "constant \(shortDecimal(number))"
    case .constantLevel(let level): "constant \(column.levels[level])"
    case .neverObserved: "never observed"
    }
  }

  /// Columns of text under each other, the first to the left, the last as it is.
  static func aligned(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        line += text
        if column < row.count - 1 {
          line += String(repeating: " ", count: widths[column] - text.count + 2)
        }
      }
      return line
    }
  }
}

/// A model as one JSON object for programs.
struct InspectDocument: Encodable {
  struct ColumnDocument: Encodable {
    let name: String
    let kind: ColumnKind
    let levels: [String]?
    let coding: ColumnCoding?
  }

  let method: Method
  let components: Int
  let latentNames: [String]
  let parameters: Int?
  let scaling: Scaling
  let pixels: PixelColumns?
  let whitened: Bool?
  let columns: [ColumnDocument]
  let leftOut: [String]
  let report: FitReport
  let explainedVariance: [Double]?
  let explainedVarianceRatio: [Double]?
  let noiseVariance: Double?
  let residual: Double?
  let encoder: ModelArchitecture?
  let decoder: ModelArchitecture?

  init(_ model: TableModel) {
    let autoencoder = model.latentModel as? FittedAutoencoder
    method = model.method
    components = model.latentModel.componentCount
    latentNames = model.latentNames
    parameters = autoencoder?.network.parameterCount
    scaling = model.preprocessor.scaling
    pixels = model.preprocessor.pixels
    whitened = (model.latentModel as? FittedPCA)?.isWhitened
    columns = zip(model.preprocessor.schema.columns, model.preprocessor.codings).map {
      ColumnDocument(
        name: $0.name, kind: $0.kind, levels: $0.levels.isEmpty ? nil : $0.levels, coding: $1)
    }
    leftOut = model.preprocessor.leftOut.map(\.name)
    report = model.report
    let pca = model.latentModel as? FittedPCA
    explainedVariance = pca?.explainedVariance
    explainedVarianceRatio = pca?.explainedVarianceRatio
    noiseVariance = pca?.noiseVariance
    residual = pca?.residual
    encoder = autoencoder?.encoder.architecture
    decoder = autoencoder?.decoder.architecture
  }

  enum CodingKeys: String, CodingKey {
    case method
    case components
    case latentNames = "latent_names"
    case parameters
    case scaling
    case pixels
    case whitened
    case columns
    case leftOut = "left_out"
    case report
    case explainedVariance = "explained_variance"
    case explainedVarianceRatio = "explained_variance_ratio"
    case noiseVariance = "noise_variance"
    case residual
    case encoder
    case decoder
  }
}
