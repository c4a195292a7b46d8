import Evaluation

extension Comparison {
  /// The figures as a table with bars for a terminal: one line for each number of components.
  ///
  /// - Parameter width: Columns of the window; below 60 the bars are left out, and below 40 lines may
  ///   be longer than it.
  public func text(width: Int) -> String {
    let digits = String(results.last?.components ?? 1).count
    let gains = results.map { $0.gain.text(signed: true) }
    let gainWidth = gains.map(\.count).max() ?? 0
    // Two spaces between parts: k, number and bar of each method, gain.
    let methods: [(title: String, short: String, value: (ComponentCountResult) -> Double)] =
      [("nonlinear", "nonlin", { $0.nonlinear.test.value })]
      + (hasKernel ? [("kernel", "kernel", { $0.kernel?.test.value ?? 0 })] : [])
      + [("linear", "linear", { $0.linear.test.value })]
    let fixed = max(digits, 1) + methods.count * (2 + 6) + 2 + gainWidth
    let room = (width - fixed - methods.count) / methods.count
    let barWidth = width >= 60 ? min(room, 30) : 0
    let bars = barWidth >= 5 ? barWidth : 0
    func cell(_ value: Double) -> String {
      let number = padded(shortDecimal(value, digits: 3), 6)
      return bars > 0 ? number + " " + Comparison.bar(value, width: bars) : number
    }
    let column = bars > 0 ? bars + 7 : 6
    var lines = Comparison.wrapped(
      "\(data.name): \(summary)", width: width)
    lines.append("")
    lines.append(
      padded("k", digits) + "  "
        + methods.map { filled(bars > 0 ? $0.title : $0.short, column) + "  " }.joined()
        + padded("gain", gainWidth))
    for (result, gain) in zip(results, gains) {
      lines.append(
        padded("\(result.components)", digits) + "  "
          + methods.map { cell($0.value(result)) + "  " }.joined() + padded(gain, gainWidth))
    }
    lines.append("")
    lines += Comparison.wrapped(verdict.sentence, width: width)
    return lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n") + "\n"
  }

  /// Whether kernel PCA was fitted too.
  var hasKernel: Bool { results.contains { $0.kernel != nil } }

  /// A share of the width in eighths of a cell; nothing for shares of 0 and below.
  static func bar(_ share: Double, width: Int) -> String {
    let eighths = Int((max(0, min(1, share)) * Double(8 * width)).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let bar = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    return bar + String(repeating: " ", count: width - bar.count)
  }

  /// Lines of whole words, a word longer than the width on a line of its own.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func filled(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
