import CSV
import Evaluation
import Files

extension Comparison {
  /// Writes the figures as tidy CSV, one to a line: `k`, `method`, `split`, `measure`, `value`,
  /// `low`, `high` and `column`.
  ///
  /// - `method`: `nonlinear`, `linear`, `kernel` where it was fitted, or `gain`, the first less the
  ///   second on the same rows;
  /// - `split`: `training`, `test`, or nothing for what is about the model itself;
  /// - `measure`: `explained_variance`, `category_accuracy`, `pixel_error`, `trustworthiness`,
  ///   `continuity`, `largest_correlation`, `seconds`, `model_bytes`, `scree`;
  /// - `low` and `high`: the 95 % interval where there is one;
  /// - `column`: the table's column that the figure is of, nothing for all of them.
  public func writeCSV(to output: consuming OutputFile) throws(FileError) {
    var writer = CSVWriter(to: output)
    for name in ["k", "method", "split", "measure", "value", "low", "high", "column"] {
      writer.write(name)
    }
    try writer.endRecord()
    for line in tidyLines {
      for text in [String(line.components), line.method, line.split, line.measure] {
        writer.write(text)
      }
      for number in [line.value, line.low, line.high] { writer.write(number ?? .nan) }
      writer.write(line.column)
      try writer.endRecord()
    }
    try writer.commit()
  }

  private struct TidyLine {
    var components: Int
    var method: String
    var split: String
    var measure: String
    var value: Double?
    var low: Double?
    var high: Double?
    var column = ""
  }

  private var tidyLines: [TidyLine] {
    var lines: [TidyLine] = []
    for result in results {
      let components = result.components
      func add(
        _ method: String, _ split: String, _ measure: String, _ value: Double?, column: String = ""
      ) {
        guard let value else { return }
        lines.append(
          TidyLine(
            components: components, method: method, split: split, measure: measure, value: value,
            column: column))
      }
      func add(_ method: String, _ split: String, _ interval: Interval?, column: String = "") {
        guard let interval else { return }
        lines.append(
          TidyLine(
            components: components, method: method, split: split, measure: "explained_variance",
            value: interval.value, low: interval.low, high: interval.high, column: column))
      }
      let methods =
        [("nonlinear", result.nonlinear), ("linear", result.linear)]
        + (result.kernel.map { [("kernel", $0)] } ?? [])
      for (method, own) in methods {
        add(method, "training", own.training)
        add(method, "test", own.test)
        add(method, "test", "category_accuracy", own.categoryAccuracy)
        add(method, "test", "pixel_error", own.pixelError)
        add(method, "test", "trustworthiness", own.neighbors?.trustworthiness)
        add(method, "test", "continuity", own.neighbors?.continuity)
        add(method, "training", "largest_correlation", own.largestCorrelation)
        add(method, "", "seconds", own.seconds)
        add(method, "", "model_bytes", Double(own.modelBytes))
        for (column, value) in zip(data.modelColumns, own.columns) {
          add(method, "test", "explained_variance", value, column: column)
        }
      }
      add("gain", "test", result.gain)
      for (column, value) in zip(data.modelColumns, result.columnGains) {
        add("gain", "test", value, column: column)
      }
    }
    for (index, share) in scree.enumerated() {
      lines.append(
        TidyLine(
          components: index + 1, method: "linear", split: "training", measure: "scree",
          value: share))
    }
    return lines
  }
}
