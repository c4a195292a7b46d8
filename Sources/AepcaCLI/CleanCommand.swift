import AEPCA
import ArgumentParser

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Fill missing cells and take noise out of the others.",
    discussion: """
      Example:
        aepca clean model.aepca messy.csv --only-missing --changes changes.csv --output clean.csv

      Missing cells are filled from what the row's other cells say: its latents are searched for \
      with them alone, again and again until no filled cell moves, and the training rows nearest \
      to it are looked at. Which components fill best, with or without those rows, and how far to \
      trust each in each column, the fit has found on cells that it hid. Without \
      --only-missing every cell of the model's columns becomes what the model makes of the row, \
      which takes the noise out where the model was fitted to (fit --noise, fit --target).

      All columns of the file are written, in their order. Cells that are not changed keep their \
      text. Streams: memory does not grow with the file.
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("Table to clean, or -.", valueName: "messy.csv"))
  var input: String
  @OptionGroup var output: TableOutput
  @Flag(help: "Leave cells that are there as they are.")
  var onlyMissing = false
  @Option(
    help: ArgumentHelp(
      "CSV file to write, a row for each cell changed: line, column, before, after, and the error "
        + "of the column's cells that were hidden and filled at fit.", valueName: "file"))
  var changes: String?
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup var common: CommonOptions

  func run() throws {
    let model = try model.read(threads: common.threads)
    let cleaner = try RowCleaner(model, onlyMissing: onlyMissing)
    var options = try table.options
    options.threads = common.threads
    let reader = try TableReader(path: input, options: options)
    var blocks = try reader.blocksWithAllTexts(of: model.schema)
    var writer = TableWriter(to: try OutputFile(creating: output.output))
    try writer.writeHeader(blocks.fileColumns)
    var changes = try changes.map { try ChangesFile(creating: $0) }
    var patches = CellPatches(
      model.schema, fileColumns: blocks.fileColumns, listsChanges: self.changes != nil)
    while let block = try blocks.next() {
      let cleaned: Table
      do {
        cleaned = try cleaner.cleaned(Table(columns: block.columns))
      } catch let error as PreprocessingError {
        throw error.located(in: block, of: blocks.path)
      }
      let texts = patches.apply(
        cleaned, to: block, onlyMissing: onlyMissing, isMissing: options.isMissing)
      for change in patches.changes {
        try changes?.write(change, error: cleaner.heldOutError(change.column))
      }
      try writer.write([], keeping: texts)
    }
    if let file = consume changes { try file.commit() }
    try writer.commit()
    common.note(blocks.notes, of: blocks.path)
    common.note(
      "\(input): \(counted(patches.filledCount, "missing cell")) filled"
        + (onlyMissing ? "" : ", \(counted(patches.changedCount, "other cell")) changed")
        + (patches.leftCount == 0
          ? "" : ", \(patches.leftCount) left, as the model has never seen their columns filled"))
  }
}

/// The list of changed cells, where one was asked for.
private struct ChangesFile: ~Copyable {
  private var writer: CSVWriter

  init(creating path: String) throws {
    var writer = CSVWriter(to: try OutputFile(creating: path))
    for name in ["line", "column", "before", "after", "held_out_error"] { writer.write(name) }
    try writer.endRecord()
    self.writer = writer
  }

  mutating func write(_ change: CellPatches.Change, error: Double?) throws {
    writer.write("\(change.line)")
    writer.write(change.name)
    writer.write(change.before)
    writer.write(change.after)
    if let error { writer.write(Float(error)) } else { writer.writeMissing() }
    try writer.endRecord()
  }

  consuming func commit() throws { try writer.commit() }
}
