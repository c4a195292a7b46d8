import Evaluation

extension ComparisonReport {
  /// The parts of the page in their order; empty texts for what there is nothing to say of.
  var sections: [String] {
    [
      explained, gain, columns, pictures, scatter, reconstructions, worstRows, figures, training,
      data, again,
    ]
  }

  private var explained: String {
    let results = comparison.results
    let rows = results.map { result in
      [
        .number("\(result.components)"), .number(result.nonlinear.test.text()),
        .number(result.linear.test.text()),
        .number(result.nonlinear.training?.text() ?? "–"),
        .number(result.linear.training?.text() ?? "–"),
      ] + (result.kernel.map { [.number($0.test.text())] } ?? []) as [PageTable.Cell]
    }
    let table = PageTable(
      ["components", "nonlinear", "linear", "nonlinear, training", "linear, training"]
        + (comparison.hasKernel ? ["kernel PCA"] : []), rows)
    return """
      <section>
      <h2>What components explain</h2>
      <p>The share of the variance of rows that nothing was fitted or chosen on, 1 for perfect; the bands are 95 % intervals. Dashed: the rows that models were fitted on.</p>
      \(PageFigure(id: "explained", describing: "Explained variance against the number of components, \(comparison.hasKernel ? "all three methods" : "both methods")", size: "tall").html(table))
      </section>
      """
  }

  private var gain: String {
    let gains = PageTable(
      ["components", "gain", "low", "high"],
      comparison.results.map { result in
        [.number("\(result.components)")]
          + [result.gain.value, result.gain.low, result.gain.high].map { .decimal($0) }
      })
    let adds = PageTable(
      ["component", "nonlinear adds", "linear adds"],
      comparison.additions.map {
        [.number($0.name), .decimal($0.nonlinear), .decimal($0.linear)]
      })
    let scree = PageTable(
      ["axis", "share of the variance"],
      comparison.scree.enumerated().map { [.number("\($0 + 1)"), .decimal($1)] })
    return """
      <section>
      <h2>What nonlinearity gains</h2>
      <p>The explained variance of the autoencoder less that of linear PCA, on the same unseen rows. Where the band reaches 0, chance alone may have made the difference.</p>
      \(PageFigure(id: "gain", describing: "Gain of the autoencoder over linear PCA against the number of components", size: "short").html(gains))
      <div class="pair">
      \(PageFigure(id: "adds", title: "What each component adds", text: "Models of their own for each number of components; unseen rows.", describing: "What each component adds to the explained variance, both methods", size: "short").html(adds))
      \(PageFigure(id: "scree", title: "Scree", text: "Linear principal axes of the training rows.", describing: "Share of the variance along each principal axis", size: "short").html(scree))
      </div>
      </section>
      """
  }

  private var columns: String {
    let result = verdictResult
    let rows = comparison.columnRows(of: result)
    let table = PageTable(
      ["column", "nonlinear", "linear", "gain", "low", "high"],
      rows.prefix(Comparison.listedColumns).map {
        [.name($0.name)]
          + [$0.nonlinear, $0.linear, $0.gain?.value, $0.gain?.low, $0.gain?.high].map {
            .decimal($0)
          }
      })
    let gains = rows.compactMap(\.gain)
    let all = gains.count
    guard all > 0 else { return "" }
    func sure(_ count: Int, _ verb: String) -> String {
      count == 0 ? "none \(verb)s" : "\(count) \(count == 1 ? "\(verb)s" : verb)"
    }
    let gain = sure(gains.count(where: { $0.low > 0 }), "gain")
    let loss = sure(gains.count(where: { $0.high < 0 }), "lose")
    let drawn = min(all, PageData.drawnColumns)
    let note = drawn < all ? "The \(drawn) of \(all) columns that add most to the gain. " : ""
    return """
      <section>
      <h2>Which columns gain</h2>
      <p>\(note)Explained variance of each column by itself, with \(counted(result.components, "component")); unseen rows. Of \(counted(all, "column")) \(gain) and \(loss) by more than chance: the 95 % interval leaves out 0. Bars below −0.5 are cut there; the numbers are not.</p>
      \(PageFigure(id: "columns", describing: "Explained variance of each column, both methods", size: "tall").html(table))
      </section>
      """
  }

  private var pictures: String {
    guard let pictures = drawings.pictures?.some else { return "" }
    return """
      <section>
      <h2>Pictures and what comes back</h2>
      <p>\(inWords(pictures.rowNumbers.count).capitalizedFirst) unseen pictures, with \(counted(verdictResult.components, "component")): the models never saw them, and have no more than these numbers to give them back from.</p>
      \(pictures.html)
      </section>
      """
  }

  private var scatter: String {
    guard let scatter = drawings.scatter else { return "" }
    let colored = scatter.colors.map { ", coloured by \($0.name.htmlEscaped)" } ?? ""
    let sample =
      scatter.drawnCount < scatter.rowCount
      ? "A sample of \(grouped(scatter.drawnCount)) of \(grouped(scatter.rowCount)) rows"
      : "All \(grouped(scatter.rowCount)) rows"
    func figure(_ method: String, _ name: String) -> String {
      let kept = comparison.results.first { $0.components == scatter.components }
        .flatMap { (method == "linear" ? $0.linear : $0.nonlinear).neighbors }
      let trust = kept.map {
        "Trustworthiness \(shortDecimal($0.trustworthiness, digits: 3)), continuity "
          + "\(shortDecimal($0.continuity, digits: 3))."
      }
      return PageFigure(
        id: "scatter-\(method)", title: name, text: trust ?? "",
        describing: "First two components, \(method)", size: ""
      ).html(nil)
    }
    let titles =
      ["point", "nonlinear 1", "nonlinear 2", "linear 1", "linear 2"]
      + (scatter.colors.map { [$0.name] } ?? [])
    return """
      <section>
      <h2>The first two components</h2>
      <p>\(sample)\(colored); of the models with \(counted(scatter.components, "component")). Trustworthiness tells whether neighbours in the picture are neighbours in the table, continuity the reverse; 1 is best.</p>
      \(scatter.colors == nil ? "" : "<ul class=\"key\" id=\"color-key\"></ul>")
      <div class="pair">
      \(figure("nonlinear", "Nonlinear"))
      \(figure("linear", "Linear"))
      </div>
      \(PageTable(titles, []).details(filledBy: "scatter"))
      </section>
      """
  }

  private var reconstructions: String {
    let drawn = drawings.reconstructions
    guard !drawn.columns.isEmpty else { return "" }
    let sample =
      drawn.drawnCount < drawn.rowCount
      ? "a sample of \(grouped(drawn.drawnCount)) of \(grouped(drawn.rowCount)) unseen rows"
      : "all \(grouped(drawn.rowCount)) unseen rows"
    let figures = drawn.columns.enumerated().map { index, column in
      PageFigure(
        id: "reconstruction/\(index)", title: column.name,
        describing: "Original against reconstructed cells of \(column.name)", size: "short"
      ).html(nil)
        + PageTable(["original", "nonlinear", "linear"], [])
        .details(filledBy: "reconstruction/\(index)")
    }
    return """
      <section>
      <h2>Cells and what comes back</h2>
      <p>Up: given back, across: original; on the line they are equal. The columns that add most to the gain, with \(counted(drawn.components, "component")), \(sample).</p>
      <ul class="key"><li><i style="background: var(--nonlinear)"></i>nonlinear</li><li><i style="background: var(--linear)"></i>linear</li></ul>
      <div class="many">
      \(figures.map { "<div>\($0)</div>" }.joined(separator: "\n"))
      </div>
      </section>
      """
  }

  private var worstRows: String {
    guard !drawings.worstRows.isEmpty else { return "" }
    let table = PageTable(
      ["row", "error", "linear error", "worst cell", "original", "nonlinear", "linear"],
      drawings.worstRows.map {
        [
          .name("\($0.row)"), .decimal($0.nonlinearError), .decimal($0.linearError),
          .text($0.column), .number($0.original), .number($0.nonlinear), .number($0.linear),
        ]
      }, textColumns: [3])
    return """
      <section>
      <h2>Rows that come back worst</h2>
      <p>Unseen rows by their error with \(counted(verdictResult.components, "nonlinear component")): the root of the mean square over their cells, in standard deviations. Row 1 is the first after the header.</p>
      \(drawings.pictures?.worst.html ?? "")
      \(table.html)
      </section>
      """
  }
}
