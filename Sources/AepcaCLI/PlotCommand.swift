import AEPCA
import ArgumentParser

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the first components of a table's rows.",
    discussion: """
      Example:
        aepca plot model.aepca data.csv --color species --output scatter.svg

      Each row is a point: two components in a plane, three with --components 3 in space, and one \
      over the row's number. The axes say what each explains of held-out rows. Linear components \
      come with arrows, the loadings of the columns that make them most (a biplot). At most 5,000 \
      rows are drawn, evenly spaced; the title says so. The table is held in memory.
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("Table to draw, or -.", valueName: "data.csv"))
  var input: String
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Picture to write: .svg or .png.", valueName: "file"))
  var output: String
  @Option(
    name: [.customShort("k"), .long],
    help: ArgumentHelp("Components to draw: 1, 2 or 3; 2 where the model has them.", valueName: "j")
  )
  var components: Int?
  @Option(
    help: ArgumentHelp(
      "Colour points by a column, numbers or at most 12 words.", valueName: "column"))
  var color: String?
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup(title: "Reading") var columns: ColumnArguments
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let components, !(1...3).contains(components) {
      throw ValidationError("--components: expected 1, 2 or 3, found \(components)")
    }
    _ = try form
  }

  func run() throws {
    let form = try form
    var file = try OutputFile(creating: output)
    let model = try model.read(threads: common.threads)
    let all = model.latentModel.componentCount
    let count = components ?? min(2, all)
    guard count <= all else {
      throw ToolError(
        .usage, "--components: expected 1 to \(all), as the model has, found \(count)")
    }
    let rows = try table.rows(of: input, as: model.schema, common: common)
    let plot: ScatterPlot
    do {
      plot = try ScatterPlot(
        rows, model: model, components: count,
        color: try color.map { try column($0, beside: rows) },
        name: input == "-" ? "standard input" : String(input.split(separator: "/").last ?? ""))
    } catch let error as ComparisonError {
      throw ToolError(.badData, "\(input): --color: \(error)")
    }
    let picture = try Gnuplot.draw(plot.gnuplotProgram(form))
    try file.write(picture.span.bytes)
    try file.commit()
    common.note("wrote \(output)")
  }

  /// The kind of picture that the output's ending asks for.
  private var form: ScatterPlot.Form {
    get throws {
      let ending = output.split(separator: ".").last.map { $0.lowercased() } ?? ""
      guard output.contains("."), let form = ScatterPlot.Form(rawValue: ending) else {
        throw ValidationError(
          "--output: expected a file that ends in .svg or .png, found '\(output)'")
      }
      return form
    }
  }

  private func column(_ name: String, beside rows: Table) throws -> Column {
    try rows[name] ?? table.column(name, of: input, columns)
  }
}
