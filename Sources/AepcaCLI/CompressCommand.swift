import AEPCA
import ArgumentParser

struct CompressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compress",
    abstract: "Compress a table with a model; numbers come back within a bound.",
    discussion: """
      Example:
        aepca compress model.aepca data.csv --max-error 0.01 --output data.aez
        aepca decompress model.aepca data.aez --output data.csv

      Kept are the latents of each row and what its numbers differ from what they predict, no finer \
      than the bound asks; dates, categories and all other text are kept exactly, and missing cells \
      stay missing. That the bound holds is looked at for every row. Columns and blocks of rows that \
      the model does not make smaller do without it. The model's file is needed to get the rows \
      back, and is not part of the compressed one.

      Streams: memory does not grow with the file, but for --sizes.
      """)

  @OptionGroup var model: ModelArgument
  @Argument(help: ArgumentHelp("Table to compress, or -.", valueName: "data.csv"))
  var input: String
  @Option(name: .shortAndLong, help: ArgumentHelp("File to write.", valueName: "data.aez"))
  var output: String
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "How far a number may be off: a share of its column's standard deviation at fit, 0.01 without "
        + "it, or of one column in its own units as price=0.5. Repeatable.", valueName: "bound"))
  var maxError: [String] = []
  @Flag(
    help: ArgumentHelp(
      "Say what gzip, zstd, linear components alone and no model at all make of the same table."))
  var sizes = false
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try bounds() }

  func run() throws {
    let bounds = try bounds()
    let modelFile = try InputFile(path: self.model.path)
    let modelBytes = try modelFile.readAll()
    let model = try ModelFile.decode(modelBytes, path: modelFile.name)
    (model.latentModel as? FittedAutoencoder)?.threads = common.threads
    var source: any ByteSource = try InputFile(path: input)
    var original: [UInt8]?
    if sizes {
      let bytes = try source.readAll()
      original = bytes
      source = MemoryInput(bytes, name: source.name)
    }
    var options = try table.options
    options.threads = common.threads
    let reader = TableReader(source: source, options: options)
    func compressor(
      _ blocks: TableBlocks, _ prediction: TableCompressor.Prediction
    ) throws -> TableCompressor {
      try TableCompressor(
        model, modelBytes: modelBytes, fileColumns: blocks.fileColumns, bounds: bounds,
        prediction: prediction, threads: common.threads, path: source.name)
    }

    var file = try OutputFile(creating: output)
    var blocks = try reader.blocksWithAllTexts(of: model.schema)
    var best = try compressor(blocks, .best)
    var (rowCount, size) = (0, 0)
    while let block = try blocks.next() {
      let bytes = try best.add(block)
      try file.write(bytes.span)
      size += bytes.count
      rowCount += block.rowCount
    }
    let bytes = try best.finish()
    try file.write(bytes.span)
    size += bytes.count
    try file.commit()
    common.note(blocks.notes, of: blocks.path)
    common.note(
      "\(source.name): \(counted(rowCount, "row")), \(counted(blocks.fileColumns.count, "column")) in "
        + "\(counted(size, "byte")); \(self.model.path), \(counted(modelBytes.count, "byte")), is "
        + "needed to read them")
    guard let original else { return }
    var others = [("CSV", original.count)]
    others += ReferenceSizes.all(of: original)
    for (name, prediction) in [
      ("quantised, no model", TableCompressor.Prediction.nothing),
      ("linear components", .linear),
    ] {
      var blocks = try reader.blocksWithAllTexts(of: model.schema)
      var other = try compressor(blocks, prediction)
      var size = 0
      while let block = try blocks.next() { size += try other.add(block).count }
      others.append((name, size + (try other.finish().count)))
    }
    for (name, bytes) in others + [("this model", size)] {
      let share = shortDecimal(100 * Double(bytes) / Double(max(1, original.count)), digits: 1)
      common.note("  \(padded(name, to: 20)) \(bytes) bytes, \(share) %")
    }
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func bounds() throws -> ErrorBounds {
    var bounds = ErrorBounds(relative: 0.01)
    for text in maxError {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard let bound = parts.last.flatMap({ Double($0) }), bound > 0, bound.isFinite else {
        throw ValidationError(
          "--max-error: expected a number above 0, alone or after a column as price=0.5, found '\(text)'"
        )
      }
      if parts.count == 1 {
        bounds.relative = bound
      } else {
        bounds.absolute[parts.dropLast().joined(separator: "=")] = bound
      }
    }
    return bounds
  }
}
