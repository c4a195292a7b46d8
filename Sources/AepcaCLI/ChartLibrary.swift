import AEPCA
import Glibc

/// Chart.js as Debian's libjs-chart.js installs it; a page carries a copy.
struct ChartLibrary {
  let text: String
  /// Name and version, from its first comment.
  let version: String

  /// Where Debian's package puts it: its one file without comments and blanks.
  static let debianPath = "/usr/share/javascript/chart.js/chart.min.js"

  /// Reads the file that AEPCA_CHART_LIBRARY names, or the installed one.
  ///
  /// - Throws: ``ToolError`` with status 69 when there is none.
  static func find() throws -> ChartLibrary {
    let path = unsafe getenv("AEPCA_CHART_LIBRARY").map { unsafe String(cString: $0) } ?? debianPath
    guard let bytes = try? InputFile(path: path).readAll() else {
      throw ToolError(
        .unavailable,
        "\(path): expected the chart library of pages, found none: apt install libjs-chart.js")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let isSafe = text.contains("Chart.js v") && !text.lowercased().contains("</script")
    guard isSafe else {
      throw ToolError(
        .unavailable,
        "\(path): expected Chart.js, found another file: apt install --reinstall libjs-chart.js")
    }
    return ChartLibrary(text: text, version: version(in: text))
  }

  /// `Chart.js v3.9.1` from a comment as ` * Chart.js v3.9.1`.
  private static func version(in text: String) -> String {
    for line in text.split(separator: "\n").prefix(10) where line.contains("Chart.js v") {
      return line.split(separator: " ").suffix(2).joined(separator: " ")
    }
    return "Chart.js"
  }
}
