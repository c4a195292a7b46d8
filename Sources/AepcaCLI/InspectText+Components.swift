import AEPCA

extension InspectText {
  /// Components in their order: what the first of them explain, and what each adds.
  var components: [String] {
    let report = model.report
    guard !report.components.isEmpty else { return [] }
    let isNonlinear = model.method == .autoencoder
    var rows = [
      ["component", "adds", "explained so far"] + (isNonlinear ? ["linear PCA", ""] : [])
    ]
    var before = 0.0
    for one in report.components {
      let explained = one.explainedVariance ?? 0
      rows.append(
        [
          model.latentNames[one.components - 1], shortDecimal(explained - before),
          shortDecimal(explained),
        ]
          + (isNonlinear
            ? [
              FitSummary.decimal(one.pcaExplainedVariance), one.isLinear ? "linear PCA kept" : "",
            ] : []))
      before = explained
    }
    var lines = InspectText.aligned(rows).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
    if let correlation = report.largestCorrelation {
      lines.append("largest correlation between two components \(shortDecimal(correlation))")
    }
    if let dimension = report.intrinsicDimension {
      lines.append(
        "intrinsic dimension of the rows about \(shortDecimal(dimension.value, digits: 1)) (TwoNN, "
          + "\(counted(dimension.rowCount, "row")))")
    }
    if let choice = report.choice { lines.append(FitSummary.text(choice)) }
    return lines + [""]
  }
}

/// What each component adds to the explained variance of each column, on held-out rows.
struct ColumnGains {
  private let names: [String]
  private let latentNames: [String]
  private let reports: [ComponentReport]

  /// - Throws: ``ToolError`` when the model was not judged on held-out rows.
  init(_ model: TableModel) throws {
    names = model.schema.columns.map(\.name)
    reports = model.report.components
    guard !reports.isEmpty else {
      throw ToolError(.badData, "the model was fitted without rows to judge it by")
    }
    let prefix = model.method.latentPrefix
    // A model without order has one entry, for all its components.
    latentNames =
      model.latentModel.isOrdered
      ? reports.map { "\(prefix)_\($0.components)" } : ["all"]
  }

  var lines: [String] {
    InspectText.aligned(
      [["column"] + latentNames + ["all"].filter { _ in reports.count > 1 }]
        + rows.map { name, gains in
          [name] + gains.map(FitSummary.decimal)
            + [FitSummary.decimal(total(gains))].filter { _ in reports.count > 1 }
        })
  }

  func write(to path: String) throws {
    var writer = TableWriter(to: try OutputFile(creating: path))
    try writer.writeHeader(["column"] + latentNames)
    let gains = latentNames.indices.map { component in
      Column(
        schema: ColumnSchema(name: latentNames[component], kind: .number),
        values: .numbers(rows.map { $0.gains[component] ?? .nan }))
    }
    try writer.write(
      [
        Column(
          schema: ColumnSchema(name: "column", kind: .text),
          values: .texts(names))
      ] + gains)
    try writer.commit()
  }

  private var rows: [(name: String, gains: [Double?])] {
    names.enumerated().map { index, name in (name, reports.map { $0.columnGains[index] }) }
  }

  private func total(_ gains: [Double?]) -> Double? {
    let known = gains.compactMap(\.self)
    return known.isEmpty ? nil : known.reduce(0, +)
  }
}
