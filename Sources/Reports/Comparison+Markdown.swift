import Evaluation

extension Comparison {
  /// The figures as GitHub-flavoured Markdown, names escaped.
  public var markdown: String {
    var lines = ["# Is it worth it? \(data.name.markdownEscaped)", ""]
    lines += ["**\(verdict.sentence)**", "", summary.markdownEscaped, ""]
    lines += [
      "Explained variance of \(counted(data.testRows, "held-out row")), with 95 % intervals:", "",
      "| k | nonlinear | linear | gain | nonlinear, training | linear, training |"
        + (hasKernel ? " kernel PCA | kernel PCA, training |" : ""),
      "|--:|--:|--:|--:|--:|--:|" + (hasKernel ? "--:|--:|" : ""),
    ]
    for result in results {
      var cells = [
        "\(result.components)", result.nonlinear.test.text(), result.linear.test.text(),
        result.gain.text(signed: true), result.nonlinear.training?.text() ?? "–",
        result.linear.training?.text() ?? "–",
      ]
      if let kernel = result.kernel {
        cells += [kernel.test.text(), kernel.training?.text() ?? "–"]
      }
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    lines += [
      "",
      "Whether neighbours stay neighbours, and what a model costs (nonlinear / linear"
        + (hasKernel ? " / kernel PCA):" : "):"), "",
      "| k | trustworthiness | continuity | largest correlation |"
        + (hasPixels ? " squared error of pixels |" : "") + " processor seconds | model, kB |",
      "|--:|--:|--:|--:|--:|--:|" + (hasPixels ? "--:|" : ""),
    ]
    for result in results {
      func both(_ value: (MethodResult) -> String?) -> String {
        ([result.nonlinear, result.linear] + (result.kernel.map { [$0] } ?? []))
          .map { value($0) ?? "–" }.joined(separator: " / ")
      }
      let cells =
        [
          "\(result.components)",
          both { $0.neighbors.map { shortDecimal($0.trustworthiness, digits: 3) } },
          both { $0.neighbors.map { shortDecimal($0.continuity, digits: 3) } },
          both { $0.largestCorrelation.map { shortDecimal($0, digits: 3) } },
        ] + (hasPixels ? [both { $0.pixelError.map { shortDecimal($0) } }] : []) + [
          both { $0.seconds.map { shortDecimal($0, digits: 2) } },
          both { shortDecimal(Double($0.modelBytes) / 1000, digits: 1) },
        ]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    if let result = results.first(where: { $0.components == verdict.components }) {
      lines += [
        "", "By column, with \(counted(result.components, "component")):", "",
        "| column | nonlinear | linear | gain |", "|---|--:|--:|--:|",
      ]
      for row in columnRows(of: result).prefix(Comparison.listedColumns) {
        lines.append(
          "| \(row.name.markdownEscaped) | "
            + [row.nonlinear, row.linear].map {
              $0.map { shortDecimal($0, digits: 3) } ?? "–"
            }.joined(separator: " | ") + " | \(row.gain?.text(signed: true) ?? "–") |")
      }
      if let note = listedColumnsNote { lines += ["", note] }
    }
    lines += ["", "`\(provenance.command.replacingBackticks)`", "", footer]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whether the columns were taken for pixels.
  var hasPixels: Bool { results.contains { $0.nonlinear.pixelError != nil } }

  /// Columns that a list of them holds at most.
  static let listedColumns = 100

  var listedColumnsNote: String? {
    data.modelColumns.count > Comparison.listedColumns
      ? "The \(Comparison.listedColumns) columns that gain most, of \(data.modelColumns.count); "
        + "JSON and CSV hold all." : nil
  }

  /// What the table is and which rows judged, in one sentence.
  var summary: String {
    let kinds = data.columns.count(where: { $0.role != .model })
    let missing =
      data.missingCells == 0
      ? "no cell is missing" : "\(counted(data.missingCells, "cell")) missing"
    let fitted =
      data.trainingRows > 0 ? "\(grouped(data.trainingRows)) rows to fit on, " : ""
    return
      "\(grouped(data.rows)) rows of \(counted(data.columns.count, "column"))"
      + (kinds > 0 ? " (\(kinds) constant or left out)" : "") + ", \(missing); \(fitted)"
      + "\(grouped(data.testRows)) to judge by: \(data.split)."
  }

  /// Seed, versions, what an interval is.
  var footer: String {
    var parts = ["aepca \(provenance.toolVersion)"]
    if let chart = provenance.chartLibrary { parts.append(chart) }
    parts.append("seed \(provenance.seed)")
    if let effort = provenance.effort { parts.append("effort \(effort.rawValue)") }
    parts.append(
      counted(provenance.repeats, "split")
        + ", 95 % intervals by \(grouped(provenance.resamples)) bootstrap resamples of the held-out "
        + "rows\(provenance.repeats > 1 ? " of each split" : "")")
    return parts.joined(separator: " · ")
  }

  /// The columns of a result, those that add most to the gain first; then categories by their own.
  func columnRows(
    of result: ComponentCountResult
  ) -> [(name: String, nonlinear: Double?, linear: Double?, gain: Interval?)] {
    let gains = result.columnGains
    func rank(_ column: Int) -> (Double, Double, Int) {
      (
        -(result.columnContributions[column] ?? -.infinity), -(gains[column]?.value ?? -.infinity),
        column
      )
    }
    return data.modelColumns.indices.sorted { rank($0) < rank($1) }
      .map {
        (data.modelColumns[$0], result.nonlinear.columns[$0], result.linear.columns[$0], gains[$0])
      }
  }
}

extension String {
  /// With everything that Markdown or the HTML within it might take for markup made plain.
  var markdownEscaped: String {
    var result = ""
    for character in self {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\n", "\r", "\r\n": result += " "
      case "|", "*", "_", "`", "[", "]", "\\", "#", "~", "$": result += "\\\(character)"
      default: result.append(character)
      }
    }
    return result
  }

  fileprivate var replacingBackticks: String {
    String(map { $0 == "`" ? "'" : $0 == "\n" ? " " : $0 })
  }
}
