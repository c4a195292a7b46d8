/// A scatter plot in gnuplot's language.
///
/// Names reach gnuplot in single quotes only, where it knows no commands and no escapes but the
/// doubled quote, and `noenhanced` keeps it from reading markup in them.
extension ScatterPlot {
  /// The kinds of pictures that gnuplot draws for us.
  public enum Form: String, Sendable, CaseIterable {
    case svg
    case png

    fileprivate var terminal: String {
      switch self {
      case .svg: "svg size 960,720 dynamic noenhanced font 'sans,14' background rgb 'white'"
      case .png: "pngcairo size 1440,1080 noenhanced font 'sans,20' background rgb 'white'"
      }
    }
  }

  /// Colours of words, as the report page has them.
  private static let palette = [
    "#3f6fd8", "#d9732b", "#2f9e63", "#c8416b", "#8a5cc7", "#b08a1e", "#1b9aaa", "#8c564b",
    "#e377c2", "#6b7280", "#7fb800", "#0f4c81",
  ]
  private static let missingColor = "#b4b8c0"

  /// The program that draws the plot on gnuplot's standard output.
  public func gnuplotProgram(_ form: Form) -> String {
    let groups = groups
    var lines = [
      "set encoding utf8", "set terminal \(form.terminal)", "set title \(quoted(title))",
      "set border lc rgb '#5b6270'", "set grid lc rgb '#e3e6eb' lt 1",
      "set tics textcolor rgb '#4a505c'",
      "set key outside right top textcolor rgb '#16181d'",
    ]
    let names = axes.count == 1 ? ["row", axes[0]] : axes
    for (axis, name) in zip(["x", "y", "z"], names) {
      lines.append("set \(axis)label \(quoted(name))\(axis == "z" ? " rotate parallel" : "")")
    }
    if axes.count > 1 {
      lines += ["set zeroaxis lc rgb '#9aa3b2' lt 1", "set view 62,32", "set xyplane 0"]
    }
    lines += arrows.enumerated().flatMap(arrow)
    lines += scale
    for (index, group) in groups.enumerated() {
      lines.append("$group\(index) << end_of_points")
      lines += group.rows.map(line)
      lines.append("end_of_points")
    }
    let columns = Array(1...max(2, axes.count)).map(String.init)
    let size = form == .svg ? "0.6" : "1.1"
    let parts = groups.indices.map { index -> String in
      let group = groups[index]
      let using = (columns + (group.color == nil ? ["\(columns.count + 1)"] : []))
        .joined(separator: ":")
      let color = group.color.map { "rgb '\($0)'" } ?? "palette"
      let title = group.title.map { "title \(quoted($0))" } ?? "notitle"
      return "$group\(index) using \(using) with points pt 7 ps \(size) lc \(color) \(title)"
    }
    // A plot of nothing is an error to gnuplot.
    if !parts.isEmpty {
      lines.append((axes.count == 3 ? "splot " : "plot ") + parts.joined(separator: ", "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Points of one colour, or of colours on a scale.
  private struct Group {
    var title: String?
    /// Nil takes it from the scale.
    var color: String?
    var rows: [Int]
  }

  private var groups: [Group] {
    guard let colors else {
      return [Group(title: nil, color: ScatterPlot.palette[0], rows: Array(points.indices))]
    }
    let missing = Group(
      title: "missing", color: ScatterPlot.missingColor,
      rows: points.indices.filter { colors.values[$0] == nil })
    let known =
      colors.levels.isEmpty
      ? [Group(title: nil, color: nil, rows: points.indices.filter { colors.values[$0] != nil })]
      : colors.levels.enumerated().map { level, name in
        Group(
          title: name, color: ScatterPlot.palette[level],
          rows: points.indices.filter { colors.values[$0] == Double(level) })
      }
    return (known + [missing]).filter { !$0.rows.isEmpty }
  }

  /// The scale of a column of numbers, or the heading of one of words.
  private var scale: [String] {
    guard let colors else { return [] }
    guard colors.levels.isEmpty else { return ["set key title \(quoted(colors.name))"] }
    let stops = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"]
    let palette = stops.enumerated().map { "\($0) '\($1)'" }.joined(separator: ", ")
    return ["set palette defined (\(palette))", "set cblabel \(quoted(colors.name))"]
      + (colors.low < colors.high ? ["set cbrange [\(colors.low):\(colors.high)]"] : [])
  }

  private func line(_ row: Int) -> String {
    let place = axes.count == 1 ? [Double(row + 1)] + points[row] : points[row]
    return (place + [colors?.values[row] ?? 0]).map { "\($0)" }.joined(separator: " ")
  }

  private func arrow(_ index: Int, _ arrow: Arrow) -> [String] {
    // With one component the x axis counts rows, so that there is no origin to point from.
    guard axes.count > 1 else { return [] }
    func place(_ factor: Double) -> String {
      arrow.end.map { "\($0 * factor)" }.joined(separator: ",")
    }
    let origin = axes.map { _ in "0" }.joined(separator: ",")
    return [
      "set arrow \(index + 1) from \(origin) to \(place(1)) filled lw 1.5 lc rgb '#16181d' front",
      "set label \(index + 1) \(quoted(arrow.name, limit: 24)) at \(place(1.06)) center front "
        + "textcolor rgb '#16181d'",
    ]
  }

  /// Text that gnuplot takes as it is: on one line, not too long, in single quotes.
  private func quoted(_ text: String, limit: Int = 60) -> String {
    let plain = text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? " " : String(scalar)
    }.joined()
    let short = plain.count > limit ? plain.prefix(limit - 1) + "…" : plain[...]
    return "'"
      + short.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
