import AEPCA

/// The loadings of linear components as a CSV file, which appears whole or not at all.
struct LoadingsFile: ~Copyable {
  private var writer: TableWriter

  /// Opens the file, before the work whose result it will hold.
  init(creating path: String) throws {
    writer = TableWriter(to: try OutputFile(creating: path))
  }

  /// - Throws: ``ToolError`` when the model has no loadings.
  consuming func write(_ model: TableModel) throws {
    guard let loadings = model.loadings else {
      throw ToolError(
        .usage, "--loadings: expected a model of linear components, found \(model.method.rawValue)")
    }
    try writer.write(loadings)
    try writer.commit()
  }
}
