import AEPCA
import FoundationEssentials

/// What a fit found, for people on standard error or for programs as JSON.
struct FitSummary {
  let model: TableModel
  let modelPath: String
  let latentsPath: String?
  let seconds: Double
  /// The preset that was asked for.
  let preset: Preset?

  /// Steps below which no preset has learnt much; of the course's own pictures it has 30 to an epoch.
  private static let fewSteps = 200

  func report(inputPath: String, json: Bool, common: CommonOptions) throws {
    for line in notes(inputPath: inputPath) { common.note(line) }
    guard json else { return }
    var output = try OutputFile(creating: "-")
    try output.write(try JSONText.encode(document))
    try output.commit()
  }

  private func notes(inputPath: String) -> [String] {
    let preprocessor = model.preprocessor
    let report = model.report
    let constant = preprocessor.codings.count(where: \.isConstant)
    var columns = counted(preprocessor.codings.count, "column")
    if constant > 0 { columns += " (\(constant) constant)" }
    var lines = ["\(inputPath): \(counted(model.report.rowCount, "row")), \(columns)"]
    if !preprocessor.leftOut.isEmpty {
      let names = preprocessor.leftOut.map { "\($0.name) (\($0.kind.rawValue))" }
      lines.append("left out: " + names.joined(separator: ", "))
    }
    let (rows, ours, linear) = report.judged
    lines.append(
      "\(model.method.rawValue), \(counted(model.latentModel.componentCount, "component")): explained variance "
        + FitSummary.decimal(ours.explainedVariance) + " on \(rows)"
        + (model.method == .pca
          ? "" : ", linear PCA \(FitSummary.decimal(linear.explainedVariance))"))
    if let error = ours.pixelError {
      lines.append(
        "mean squared error of pixels from 0 to 1: \(FitSummary.decimal(error))"
          + (model.method == .pca ? "" : ", linear PCA \(FitSummary.decimal(linear.pixelError))")
      )
    }
    if let count = report.pcaComponentCount {
      lines.append(
        "linear PCA beside it has \(counted(count, "component")): the rows allow no more")
    }
    if let choice = report.choice, choice.triedCount > 1 { lines.append(FitSummary.text(choice)) }
    if let last = report.components.last, last.isLinear {
      lines.append(
        "nothing better than linear PCA was found for \(counted(last.components, "component")): it was kept"
      )
    }
    if model.method != .pca, report.components.last?.isLinear != true,
      let own = ours.explainedVariance, let other = linear.explainedVariance, own < other
    {
      let few = (report.history?.stepCount ?? 0) < FitSummary.fewSteps
      if let preset, few {
        lines.append(
          "\(preset.rawValue) trains as the course does, in large batches: "
            + "\(counted(report.history?.stepCount ?? 0, "step")) of so few rows; --batch-size 128 "
            + "makes more of them")
      } else {
        lines.append(
          "linear PCA gives these rows back better; a linear path keeps a model from being worse, "
            + "which the default model has")
      }
    }
    if let accuracy = ours.categoryAccuracy {
      lines.append(
        "categories given back right: \(FitSummary.decimal(accuracy))"
          + (model.method == .pca
            ? "" : ", linear PCA \(FitSummary.decimal(linear.categoryAccuracy))"))
    }
    if let count = report.divergedFitCount, count > 0 {
      lines.append(
        "the loss stopped being a number in \(counted(count, "fit")); the best weights before that "
          + "were kept, and a smaller --learning-rate may do better")
    }
    lines.append("wrote " + [modelPath, latentsPath].compactMap(\.self).joined(separator: ", "))
    return lines
  }

  /// How the number of components came about; nil when it was given.
  static func chosen(
    _ count: Int, by choice: ComponentChoice, of considered: [ComponentReport]
  ) -> String? {
    guard let last = considered.last else { return nil }
    let found = considered.first { $0.components == count }
    let value = "explained variance \(decimal(found?.explainedVariance)) in a first fit"
    switch choice {
    case .count: return nil
    case .automatic:
      return "\(counted(count, "component")) of up to \(last.components): the fewest that "
        + "predict hidden cells within one standard error of the best"
    case .explaining(let share):
      return "\(counted(count, "component")) of up to \(last.components): "
        + ((found?.explainedVariance ?? 0) >= share
          ? "the fewest that explain \(share) (\(value))"
          : "none explains \(share) of the held-out rows; these explain most (\(value))")
    }
  }

  static func text(_ choice: ModelChoice) -> String {
    let layers =
      choice.imageLayers.map { "'\($0)'" } ?? choice.hiddenLayers.map { "\($0.units)" }.joined(
        separator: "-")
      + (choice.hiddenLayers.first.map { " \($0.activation.rawValue)" } ?? "no hidden layers")
    return
      "chosen of \(choice.triedCount): \(layers), input noise \(shortDecimal(choice.inputNoise, digits: 2)), "
      + counted(choice.stepCount, "step")
  }

  static func decimal(_ value: Double?) -> String { value.map { shortDecimal($0) } ?? "none" }

  private var document: Document {
    let history = model.report.history
    return Document(
      rows: model.report.rowCount, columns: model.preprocessor.codings.count,
      components: model.latentModel.componentCount, method: model.method,
      epochs: history?.losses.count ?? 0, steps: history?.stepCount ?? 0, seconds: seconds,
      stepsPerSecond: Double(history?.stepCount ?? 0) / max(seconds, 1e-9),
      explainedVariance: Document.Pair(
        train: model.report.training.explainedVariance,
        heldOut: model.report.validation?.explainedVariance),
      pcaExplainedVariance: Document.Pair(
        train: model.report.pcaTraining.explainedVariance,
        heldOut: model.report.pcaValidation?.explainedVariance),
      pixelError: Document.Pair(
        train: model.report.training.pixelError, heldOut: model.report.validation?.pixelError
      ).unlessEmpty,
      pcaPixelError: Document.Pair(
        train: model.report.pcaTraining.pixelError,
        heldOut: model.report.pcaValidation?.pixelError
      ).unlessEmpty,
      model: modelPath)
  }

  private struct Document: Encodable {
    struct Pair: Encodable {
      let train: Double?
      let heldOut: Double?

      /// Nil for figures that only other tables have.
      var unlessEmpty: Pair? { train == nil && heldOut == nil ? nil : self }

      enum CodingKeys: String, CodingKey {
        case train
        case heldOut = "held_out"
      }
    }

    let rows: Int
    let columns: Int
    let components: Int
    let method: Method
    let epochs: Int
    let steps: Int
    let seconds: Double
    let stepsPerSecond: Double
    let explainedVariance: Pair
    let pcaExplainedVariance: Pair
    let pixelError: Pair?
    let pcaPixelError: Pair?
    let model: String

    enum CodingKeys: String, CodingKey {
      case rows
      case columns
      case components
      case method
      case epochs
      case steps
      case seconds
      case stepsPerSecond = "steps_per_second"
      case explainedVariance = "explained_variance"
      case pcaExplainedVariance = "pca_explained_variance"
      case pixelError = "pixel_error"
      case pcaPixelError = "pca_pixel_error"
      case model
    }
  }
}

/// JSON as this tool writes it: keys sorted, so that equal things are equal bytes.
enum JSONText {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
