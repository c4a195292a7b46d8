extension Model {
  /// A table of layers, output shapes and parameters, as Keras prints it.
  public func summary() -> String {
    var rows = [["Layer (type)", "Output Shape", "Param #"]]
    var seen: Set<ObjectIdentifier> = []
    rows.append(["input (Input)", text(input.shape), "0"])
    for node in nodes {
      guard let layer = node.layer else { continue }
      let name = layers.first { $0.layer === layer }?.name ?? layer.title
      let isNew = seen.insert(ObjectIdentifier(layer)).inserted
      let count = isNew ? layer.parameters.reduce(0) { $0 + $1.count } : 0
      rows.append(["\(name) (\(type(of: layer)))", text(node.shape), "\(count)"])
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: "  ")
    }
    let rule = String(repeating: "─", count: widths.reduce(4, +))
    let trainable = parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count }
    return
      (["Model: \"\(title)\"", rule, lines[0], rule] + lines.dropFirst()
      + [
        rule, "Total params: \(parameterCount)", "Trainable params: \(trainable)",
        "Non-trainable params: \(parameterCount - trainable)",
      ]).joined(separator: "\n")
  }

  private func text(_ shape: [Int]) -> String {
    "(None, " + shape.map(String.init).joined(separator: ", ") + ")"
  }
}
