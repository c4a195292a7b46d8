import Evaluation

extension ComparisonReport {
  /// One HTML file that needs no network: figures, charts and how to make them again.
  ///
  /// The browser is told to load nothing from anywhere. Every chart is followed by its numbers as a
  /// table, so that it can be read without seeing it, and nothing but the charts needs the script.
  ///
  /// - Parameter chartLibrary: The text of Chart.js, version 3, which goes into the page.
  public func page(chartLibrary: String) throws -> String {
    let name = comparison.data.name.htmlEscaped
    let library = chartLibrary.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("//# sourceMappingURL") }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
      <link rel="icon" href="data:,">
      <title>\(name): linear or nonlinear?</title>
      <style>
      \(PageStyle.text)
      </style>
      </head>
      <body>
      <header>
      <p class="eyebrow">aepca · linear or nonlinear components? · \(name)</p>
      <h1>\(comparison.verdict.sentence.htmlEscaped)</h1>
      <p class="lead">\(comparison.summary.htmlEscaped)</p>
      \(tiles)
      </header>
      <main>
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      </main>
      <footer>\(comparison.footer.htmlEscaped)</footer>
      <script type="application/json" id="report-data">\(try PageData(self).embedded())</script>
      <script>\(library)</script>
      <script>
      \(PageScript.text)
      </script>
      </body>
      </html>

      """
  }

  var verdictResult: ComponentCountResult {
    comparison.results.first { $0.components == comparison.verdict.components }
      ?? comparison.results[0]
  }

  private var tiles: String {
    let result = verdictResult
    func tile(_ title: String, _ interval: Interval, _ name: String, signed: Bool = false) -> String
    {
      let value =
        (signed && interval.value > 0 ? "+" : "") + shortDecimal(interval.value, digits: 3)
      let range =
        "\(shortDecimal(interval.low, digits: 3)) to \(shortDecimal(interval.high, digits: 3))"
      return
        "<div><dt>\(title)</dt><dd class=\"\(name)\">\(value)<small>95 % interval \(range)</small></dd></div>"
    }
    let count = counted(result.components, "component")
    return """
      <dl class="tiles">
      \(tile("Nonlinear, \(count)", result.nonlinear.test, "nonlinear"))
      \(tile("Linear, \(count)", result.linear.test, "linear"))
      \(tile("Gain in explained variance", result.gain, "", signed: true))
      </dl>
      """
  }
}

extension String {
  /// With everything that HTML might take for markup made plain, attributes included.
  var htmlEscaped: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
