import AEPCA
import ArgumentParser

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Say whether nonlinear components of a table are worth it, beside linear ones.",
    discussion: """
      Example:
        aepca compare data.csv --components 1...8
        aepca compare data.csv --components 1...8 --output report.html
        aepca compare faces.csv --image 60x80 --components 8,16,32 --output report.html

      Fits an autoencoder and linear PCA for each number of components on four fifths of the rows, \
      as 'aepca fit' would, and judges both on the others, on which nothing was fitted or chosen. \
      The ending of the output decides its form: .html is one page with charts that needs no \
      network, .md, .json and .csv hold the figures; standard output is a table with bars. \
      The table is held in memory. The same file, options and seed give the same figures but for \
      processor times.
      """)

  @Argument(help: ArgumentHelp("Table to compare the methods on, or -.", valueName: "data.csv"))
  var input: String

  @Option(
    name: [.customShort("k"), .long],
    help: ArgumentHelp(
      "Numbers of components: a number, 1...8, or 1,2,4.", valueName: "range"))
  var components: ComponentCounts = ComponentCounts(counts: [1, 2, 3, 4], isGiven: false)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Report to write: .html, .md, .json or .csv; a table on standard output without it.",
      valueName: "file"))
  var output: String = "-"

  @Option(
    help: ArgumentHelp(
      "How long to look for good models: quick, standard or thorough.", valueName: "effort"))
  var effort: Effort = .quick

  @Option(
    help: ArgumentHelp(
      "Table of the same columns to judge by; all rows of data.csv are fitted then.",
      valueName: "file"))
  var test: String?

  @Option(
    help: ArgumentHelp(
      "Rows with the same word here are held out together; the column itself is left out.",
      valueName: "column"))
  var group: String?

  @Option(
    help: ArgumentHelp(
      "Colour rows by a column, also by one left out with --exclude.", valueName: "column"))
  var color: String?

  @Option(
    help: ArgumentHelp(
      "Judge a model that 'aepca fit' wrote on all rows of data.csv, which it should not have "
        + "seen; nothing is fitted.", valueName: "model"))
  var model: String?

  @Option(
    name: .customLong("with"),
    help: ArgumentHelp(
      "Fit kernel-pca too, tuned, to 2,000 rows at most.", valueName: "method"))
  var others: [OtherMethod] = []

  @Option(help: ArgumentHelp("Splits to take the mean of.", valueName: "count"))
  var repeats: Int = 1

  @Option(help: "The same seed gives the same figures.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("standard, minmax, robust or none.", valueName: "scaling"))
  var scale: Scaling = .standard

  // Expanded before the arguments are parsed; declared here for the help.
  @Option(
    help: ArgumentHelp(
      "YAML file of options by their long names; the command line wins.", valueName: "file"))
  var config: String?

  @OptionGroup(title: "Pictures and series") var pixels: PixelArguments
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup(title: "Reading") var columns: ColumnArguments
  @OptionGroup var common: CommonOptions

  func validate() throws {
    _ = try ReportForm(path: output)
    guard (1...100).contains(repeats) else {
      throw ValidationError("--repeats: expected 1 to 100, found \(repeats)")
    }
    if test != nil, group != nil || repeats > 1 {
      throw ValidationError("--test: expected neither --group nor --repeats beside it")
    }
    if pixels.isUsed { try scale.checkForPixels() }
    if model != nil,
      test != nil || group != nil || repeats > 1 || components.isGiven || !others.isEmpty
        || pixels.isUsed
    {
      throw ValidationError(
        "--model: expected none of --components, --test, --group, --repeats, --with, --image and "
          + "--sequence beside it")
    }
  }

  func run() throws {
    let form = try ReportForm(path: output)
    // Found first: what is not installed should not cost the fits.
    let charts = form == .html ? try ChartLibrary.find() : nil
    // Made first too: a place that cannot be written to.
    var file = try OutputFile(creating: output)
    var report: ComparisonReport
    do {
      report = try model.map(judged) ?? compared()
    } catch {
      throw located(error)
    }
    report.comparison.data.name = input == "-" ? "standard input" : input
    report.comparison.provenance.toolVersion = toolVersion
    report.comparison.provenance.command = CommandText.ofThisProcess
    report.comparison.provenance.chartLibrary = charts?.version
    switch form {
    case .table:
      try file.write(report.comparison.text(width: TerminalWidth.standardOutput))
    case .markdown: try file.write(report.comparison.markdown)
    case .json: try file.write(try report.comparison.json())
    case .csv:
      try report.comparison.writeCSV(to: file)
      return noteVerdict(report)
    case .html: try file.write(try report.page(chartLibrary: charts?.text ?? ""))
    }
    try file.commit()
    if form != .table { noteVerdict(report) }
  }

  private func noteVerdict(_ report: ComparisonReport) {
    common.note(report.comparison.verdict.sentence)
    common.note("wrote \(output)")
  }

  /// Fits both methods for every number of components.
  private func compared() throws -> ComparisonReport {
    let (table, shape, groups, color) = try readTable()
    let test = try test.map {
      try self.table.rows(
        of: $0, as: TableSchema(columns: table.columns.map(\.schema)), common: common)
    }
    var autoencoder = AutoencoderSettings()
    autoencoder.effort = effort
    autoencoder.image = shape
    // As 'aepca fit' has it: order costs models of pictures more than it gives.
    autoencoder.isOrdered = shape == nil
    var settings = ComparisonSettings(
      componentCounts: components.counts,
      fitting: TableModelFitting(
        componentCount: 1, scaling: scale, autoencoder: autoencoder),
      seed: seed, threads: common.threads)
    settings.repeatCount = repeats
    settings.fitsKernel = others.contains(.kernelPCA)
    settings.keepsToColumns = !components.isGiven
    let progress = FitCounter(components.counts.count * repeats, common)
    settings.onFit = { progress?.fitEnded(components: $0) }
    defer { progress?.clear() }
    return try settings.compare(table, test: test, groups: groups, color: color)
  }

  /// Judges a model on rows that it should not have seen.
  private func judged(_ path: String) throws -> ComparisonReport {
    let file = try InputFile(path: path)
    let bytes = try file.readAll()
    let model = try ModelFile.decode(bytes, path: file.name)
    let rows = try table.rows(of: input, as: model.schema, common: common)
    let color = try color.map { try rows[$0] ?? table.column($0, of: input, columns) }
    return try ModelComparison(
      model: model, modelBytes: bytes.count, seed: seed, threads: common.threads
    ).compare(rows, color: color)
  }

  /// The table, the shape of pixels, and the column to colour by even where that is no part of it.
  private func readTable() throws -> (
    table: Table, shape: ImageShape?, groups: [Int]?, color: Column?
  ) {
    var options = try table.options
    options.threads = common.threads
    options.groupColumn = group
    try columns.apply(to: &options)
    let isLeftOut = color.map(options.excludedColumns.contains) ?? false
    if let color { options.excludedColumns.remove(color) }
    var reader = try TableReader(path: input, options: options)
    let (all, removed) = try reader.readAll().withoutDominantCells(under: scale)
    common.note(reader.notes, of: input)
    for cell in removed { common.note("\(input): \(cell.removal(under: scale))") }
    let column = try color.map { name in
      try all[name] ?? { throw ToolError(unknownColor: name, in: input) }()
    }
    let kept = isLeftOut ? Table(columns: all.columns.filter { $0.name != color }) : all
    guard pixels.isUsed else { return (kept, nil, reader.groups, column) }
    let found = try pixels.pixels(of: kept, path: input, common: common)
    return (found.table, found.shape, reader.groups, column)
  }

  /// The library knows no files: errors about the table get its name here.
  private func located(_ error: any Error) -> any Error {
    switch error {
    case let error as TrainingError where error.isShortOfMemory: error
    case is FittingError, is PreprocessingError, is PCAError, is TrainingError, is ModelError,
      is ComparisonError:
      ToolError(.badData, "\(input): \(error)")
    default: error
    }
  }
}

/// A method to compare with besides linear PCA.
enum OtherMethod: String, ExpressibleByArgument, CaseIterable {
  case kernelPCA = "kernel-pca"
}

/// What kind of report a file's ending asks for.
enum ReportForm {
  case table
  case html
  case markdown
  case json
  case csv

  init(path: String) throws {
    if path == "-" {
      self = .table
      return
    }
    let name = path.split(separator: "/").last ?? ""
    switch name.lastIndex(of: ".").map({ name[$0...].lowercased() }) {
    case ".html", ".htm": self = .html
    case ".md", ".markdown": self = .markdown
    case ".json": self = .json
    case ".csv": self = .csv
    default:
      throw ValidationError(
        "--output: expected a file that ends in .html, .md, .json or .csv, found '\(path)'")
    }
  }
}
