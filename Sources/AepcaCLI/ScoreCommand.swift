import AEPCA
import ArgumentParser

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Write how unusual each row is: how far from the rows that the model has learnt.",
    discussion: """
      Example:
        aepca score model.aepca data.csv --threshold 0.99 --output scores.csv

      error is how badly the model gives the row back: the mean squared error over its observed \
      columns, in standard deviations squared; a row given back as the mean row has about 1. \
      distance is how far the row is from the training rows nearest to it, in standard \
      deviations: the root of the mean, over 20 of those that the model keeps, of the mean squared \
      difference over the columns. It also finds what a model gives back well, as a kind of row \
      that was rare among the training rows. quantile is the share of training rows with a smaller \
      distance from the others: of 100 rows like them one passes 0.99. worst_columns are \
      the fewest columns that make up half of the squared distance, three at most, the worst \
      first.

      A model fitted with --no-rows, or by an earlier release, keeps no rows: distance is empty \
      then, and quantile and worst_columns are told from the errors of rows that the fit held out.

      Streams: memory does not grow with the file.
      """)

  @OptionGroup var stream: RowStream
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Add a column 'unusual', true where the quantile is this or more.", valueName: "quantile"))
  var threshold: Double?

  func validate() throws {
    if let threshold, !(0...1).contains(threshold) {
      throw ValidationError("--threshold: expected a quantile from 0 to 1, found \(threshold)")
    }
  }

  func run() throws {
    let model = try stream.readModel()
    let scorer: RowScorer
    do {
      scorer = try RowScorer(model, threads: stream.common.threads)
    } catch {
      throw ToolError(.badData, "\(stream.model.path): \(error)")
    }
    let names =
      ["error", "distance", "quantile", "worst_columns"] + (threshold == nil ? [] : ["unusual"])
    var (rowCount, unusualCount) = (0, 0)
    try stream.run(schema: model.schema, writing: names) { block, writer in
      let scores = try scorer.scores(Table(columns: block.columns))
      var columns = [
        TextColumn(name: names[0], texts: scores.map { text($0.error) }),
        TextColumn(name: names[1], texts: scores.map { text($0.distance) }),
        TextColumn(name: names[2], texts: scores.map { text($0.quantile) }),
        TextColumn(name: names[3], texts: scores.map { $0.worstColumns.joined(separator: "; ") }),
      ]
      if let threshold {
        let isUnusual = scores.map { $0.quantile >= threshold }
        columns.append(TextColumn(name: names[4], texts: isUnusual.map { "\($0)" }))
        unusualCount += isUnusual.count(where: \.self)
      }
      rowCount += scores.count
      try writer.write([], keeping: block.keptColumns + columns)
    }
    if !scorer.knowsDistances {
      stream.common.note(
        "\(stream.model.path) keeps no training rows: quantile is told from the error alone")
    }
    if let threshold {
      stream.common.note(
        "\(unusualCount) of \(counted(rowCount, "row")) at or above quantile \(threshold) of "
          + "\(counted(scorer.referenceRowCount, "row")) of the fit")
    }
  }

  /// The network computes in Float32: more digits would be noise.
  private func text(_ number: Double) -> String {
    if number.isNaN { return "" }
    let single = Float(number)
    // The square of what a Float32 holds may be none.
    return single.isFinite ? "\(single)" : "\(number)"
  }
}
