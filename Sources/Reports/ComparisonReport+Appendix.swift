/// The sections that say what models cost, how they learnt, what the table is, and how to make the
/// page again.
extension ComparisonReport {
  var figures: String {
    func both(
      _ result: ComponentCountResult, digits: Int, _ value: (MethodResult) -> Double?
    ) -> PageTable.Cell {
      .number(
        [result.nonlinear, result.linear].map { method in
          value(method).map { shortDecimal($0, digits: digits) } ?? "–"
        }.joined(separator: " / "))
    }
    let hasCategories = comparison.results.contains { $0.nonlinear.categoryAccuracy != nil }
    let titles =
      ["components", "trustworthiness", "continuity", "largest correlation"]
      + (hasCategories ? ["categories right"] : [])
      + (comparison.hasPixels ? ["squared error of pixels"] : [])
      + ["processor seconds", "model, kB", "kept linear PCA"]
    let rows = comparison.results.map { result -> [PageTable.Cell] in
      [
        .name("\(result.components)"), both(result, digits: 3) { $0.neighbors?.trustworthiness },
        both(result, digits: 3) { $0.neighbors?.continuity },
        both(result, digits: 3) { $0.largestCorrelation },
      ] + (hasCategories ? [both(result, digits: 3) { $0.categoryAccuracy }] : [])
        + (comparison.hasPixels ? [both(result, digits: 4) { $0.pixelError }] : [])
        + [
          both(result, digits: 2) { $0.seconds },
          both(result, digits: 1) { Double($0.modelBytes) / 1000 },
          .number("\(result.nonlinear.linearFits) of \(comparison.provenance.repeats)"),
        ]
    }
    let neighbors = comparison.results.first?.nonlinear.neighbors.map {
      " Neighbours are the nearest \($0.neighborCount) among \(grouped($0.rowCount)) unseen rows (Venna and Kaski 2006)."
    }
    return """
      <section>
      <h2>Neighbours and cost</h2>
      <p>Nonlinear / linear.\(neighbors ?? "") Seconds are processor time of one fit and differ from run to run; the last column counts the splits in which nothing better than linear PCA was found, and it was kept.</p>
      \(PageTable(titles, rows).html)
      </section>
      """
  }

  var training: String {
    guard let curve = drawings.training, !curve.losses.isEmpty else { return "" }
    let table = PageTable(
      ["epoch", "training loss"],
      curve.losses.enumerated().map { index, loss in
        [
          .number("\((index + 1) * curve.epochCount / curve.losses.count)"), .decimal(loss),
        ]
      })
    return """
      <section>
      <h2>How the autoencoder learnt</h2>
      <p>Mean squared error of a prepared cell by epoch, with \(counted(curve.components, "component")).</p>
      \(PageFigure(id: "training", describing: "Training loss by epoch", size: "short").html(table))
      </section>
      """
  }

  var data: String {
    let columns = comparison.data.columns
    let roles: [DataSummary.ColumnSummary.Role: String] = [
      .model: "in the model", .constant: "constant", .leftOut: "left out",
    ]
    let table = PageTable(
      ["column", "kind", "missing", "part"],
      columns.prefix(Comparison.listedColumns).map {
        [
          .name($0.name), .text($0.kind.rawValue), .number("\($0.missing)"),
          .text(roles[$0.role] ?? ""),
        ]
      }, textColumns: [1, 3])
    let note =
      columns.count > Comparison.listedColumns
      ? " The first \(Comparison.listedColumns) of \(columns.count) columns are listed." : ""
    return """
      <section>
      <h2>The table</h2>
      <p>\(comparison.summary.htmlEscaped)\(note)</p>
      \(table.details(title: "Columns"))
      </section>
      """
  }

  var again: String {
    """
    <section>
    <h2>To make this again</h2>
    <p>The same file, command and version give the same figures, but for the seconds.</p>
    <pre><code>\(comparison.provenance.command.htmlEscaped)</code></pre>
    </section>
    """
  }
}
