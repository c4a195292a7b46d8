import AEPCA

extension InspectText {
  /// Linear components one by one, then what they leave.
  static func components(_ pca: FittedPCA, of model: TableModel) -> [String] {
    var rows = [["component", "explained variance", "ratio", "cumulative"]]
    var sum = 0.0
    for component in 0..<pca.componentCount {
      sum += pca.explainedVarianceRatio[component]
      rows.append([
        model.latentNames[component], shortDecimal(pca.explainedVariance[component]),
        shortDecimal(pca.explainedVarianceRatio[component]), shortDecimal(sum),
      ])
    }
    var lines = aligned(rows)
    lines.append("noise variance \(shortDecimal(pca.noiseVariance))")
    if let likelihood = model.report.logLikelihood {
      lines.append(
        "log-likelihood of a row: training \(FitSummary.decimal(likelihood.training)), "
          + (model.report.judging == .crossValidation ? "cross-validated" : "validation")
          + " \(FitSummary.decimal(likelihood.validation))")
    }
    if let residual = pca.residual, let largest = pca.explainedVariance.first, largest > 0 {
      lines.append(
        "found in random directions: variances right to within \(Float(residual / largest)) of "
          + "the largest")
    }
    return lines
  }
}
