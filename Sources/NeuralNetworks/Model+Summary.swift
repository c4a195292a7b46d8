extension Model {
  /// A table of layers, output shapes and parameters, as Keras prints it.
  ///
  /// The weights of a layer that is called again are counted once.
  public func summary() -> String {
    var rows = [
      ["Layer (type)", "Output Shape", "Param #"], ["input (Input)", text(input.shape), "0"],
    ]
    var seen: Set<ObjectIdentifier> = []
    for node in nodes {
      guard let layer = node.layer else { continue }
      let name = layers.first { $0.layer === layer }?.name ?? layer.title
      let count = layer.parameters.reduce(0) {
        $0 + (seen.insert(ObjectIdentifier($1)).inserted ? $1.count : 0)
      }
      rows.append(["\(name) (\(type(of: layer)))", text(node.shape), grouped(count)])
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    func line(_ row: [String]) -> String {
      let cells = zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 2 ? space + cell.0 : cell.0 + space
      }
      return "│ " + cells.joined(separator: " │ ") + " │"
    }
    func rule(_ left: String, _ middle: String, _ right: String) -> String {
      left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle)
        + right
    }
    let trained = parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
    return
      ([
        "Model: \"\(title)\"", rule("┌", "┬", "┐"), line(rows[0]), rule("├", "┼", "┤"),
      ] + rows.dropFirst().map(line) + [
        rule("└", "┴", "┘"), " Total params: \(size(parameterCount))",
        " Trainable params: \(size(trained))",
        " Non-trainable params: \(size(parameterCount - trained))",
      ]).joined(separator: "\n")
  }

  private func text(_ shape: [Int]) -> String {
    "(None, " + shape.map(String.init).joined(separator: ", ") + ")"
  }

  /// Digits in groups of three.
  private func grouped(_ count: Int) -> String {
    var digits = String(count)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }

  /// A count of parameters and the memory they take as Float32.
  private func size(_ count: Int) -> String {
    let bytes = Double(4 * count)
    let (value, unit) =
      bytes < 1024
      ? (bytes, "B") : bytes < 1_048_576 ? (bytes / 1024, "KB") : (bytes / 1_048_576, "MB")
    let hundredths = Int((value * 100).rounded())
    let fraction = String(hundredths % 100 + 100).dropFirst()
    return "\(grouped(count)) (\(grouped(hundredths / 100)).\(fraction) \(unit))"
  }
}
