import AEPCA
import ArgumentParser

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a model that squeezes the rows of a table into a few components.",
    discussion: """
      Example:
        aepca fit train.csv --components 3 --output model.aepca

      The autoencoder starts as linear PCA and keeps what lowers the error of held-out rows. Its \
      components come in order of importance: the first j of them do alone. \
      A table larger than --memory is read in blocks or kept in a temporary file. The same \
      file, options and seed give the same bytes on any number of threads.
      """)

  @Argument(help: ArgumentHelp("Table to learn from, or -.", valueName: "train.csv"))
  var input: String

  @OptionGroup(title: "Model") var wanted: ModelArguments
  @OptionGroup(title: "Rows to judge by") var judging: JudgingArguments
  @OptionGroup(title: "Training") var training: TrainingArguments
  @OptionGroup(title: "Linear components") var linear: PCAArguments
  @OptionGroup(title: "Pictures and series") var pictures: ImageArguments
  @OptionGroup(title: "Interruptions") var checkpoints: CheckpointArguments
  @OptionGroup(title: "Reading") var table: TableInput
  @OptionGroup(title: "Reading") var columns: ColumnArguments
  @OptionGroup(title: "Reading") var memory: MemoryArguments

  // Expanded before the arguments are parsed; declared here for the help.
  @Option(
    help: ArgumentHelp(
      "YAML file of options by their long names; the command line wins.", valueName: "file"))
  var config: String?

  @Flag(help: "Print what was fitted as one JSON object on standard output.")
  var json = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try linear.check(method: wanted.method)
    try checkpoints.check(method: wanted.method, timeLimit: training.timeLimit)
    let given = [("--noise", training.noise != nil), ("--target", training.target != nil)]
    for (name, isGiven) in given where isGiven {
      guard wanted.method == .autoencoder else {
        throw ValidationError(
          "\(name): expected --method autoencoder, found \(wanted.method.rawValue)")
      }
      guard name == "--noise" || judging.validation == nil else {
        throw ValidationError("--target: expected no --validation beside it, found both")
      }
    }
    try pictures.check(training, method: wanted.method)
    if wanted.components == nil, pictures.preset == nil, !pictures.latentMap {
      throw ValidationError("--components: expected how many, found none")
    }
    if pictures.isUsed { try wanted.scale.checkForPixels() }
    try checkOutputs()
  }

  /// Refuses two results in one place.
  private func checkOutputs() throws {
    var taken = ["--output": wanted.output]
    if json { taken["--json"] = "-" }
    for (option, path) in [("--loadings", linear.loadings), ("--latents", wanted.latents)] {
      guard let path else { continue }
      if let other = taken.sorted(by: { $0.key < $1.key }).first(where: { $0.value == path }) {
        throw ValidationError(
          "\(option): expected another file than for \(other.key), found \(path)")
      }
      taken[option] = path
    }
  }

  func run() throws {
    // Made first: a place that cannot be written to should not cost a fit.
    var file = try OutputFile(creating: wanted.output)
    let loadings = try linear.loadings.map { try LoadingsFile(creating: $0) }
    var latents = try wanted.latents.map { try LatentsFile(creating: $0, threads: common.threads) }
    // Kinds and levels are those of the rows that are to be given back.
    var reader = try TableReader(path: training.target ?? input, options: readingOptions())
    let progress = ProgressLine(common)
    var fitting = TableModelFitting(
      method: wanted.method, componentCount: 1, scaling: wanted.scale,
      validationFraction: judging.validationFraction, seed: wanted.seed,
      autoencoder: try training.settings(
        threads: common.threads, areImages: pictures.isUsed),
      pca: linear.settings(threads: common.threads),
      callbacks: progress.map { [$0] } ?? [])
    fitting.noise = training.noise
    fitting.keepsRows = !wanted.noRows
    let fit: Fit
    do {
      defer { progress?.clear() }
      fit = try self.fit(&reader, &fitting)
      if let rows = fit.rows {
        try latents?.write(of: fit.model, rows: rows)
      } else {
        try latents?.write(of: fit.model, blocks: reader.blocks(of: fit.model.schema))
      }
    } catch {
      throw located(error)
    }
    let model = fit.model

    let bytes = try ModelFile.encode(model, toolVersion: toolVersion)
    try file.write(bytes.span)
    // All bytes before any file is put in its place: a full disk should leave neither.
    try file.flush()
    if let loadings { try loadings.write(model) }
    if let latents { try latents.commit() }
    try file.commit()
    try FitSummary(
      model: model, modelPath: wanted.output, latentsPath: wanted.latents, seconds: fit.seconds,
      preset: pictures.preset
    )
    .report(inputPath: input, json: json, common: common)
  }

  private struct Fit {
    let model: TableModel
    /// What it took beside reading.
    let seconds: Double
    /// The rows that were learnt from, in pieces; nil where they were not kept or are not needed.
    let rows: [Table]?
  }

  /// Fits block by block where that will do, else the whole table.
  private func fit(
    _ reader: inout TableReader, _ fitting: inout TableModelFitting
  ) throws -> Fit {
    var start = now()
    // In blocks, the rows held out are the fit's own to choose, and how many components is known.
    if let components = wanted.components,
      case .count(let count) = try ComponentChoice(option: components),
      judging.validation == nil, judging.group == nil, !pictures.isUsed
    {
      fitting.componentCount = count
      let rows = KeptRows(byteLimit: wanted.latents == nil ? 0 : memory.forRows)
      if let model = try fitBlocks(&reader, fitting, keeping: rows) {
        return Fit(
          model: model, seconds: now() - start, rows: rows.isComplete ? rows.pieces : nil)
      }
    }
    try memory.apply()
    defer { if let note = memory.note { common.note("\(input): \(note)") } }
    let whole = try readAll(&reader)
    let table = try pixels(of: whole, &fitting)
    let choice = try componentChoice(fitting)
    let validation = try validationTable(of: table)
    let noisy = try training.target == nil ? nil : noisyTable(of: table, readAs: whole)
    fitting.journal = try checkpoints.journal(common: common) {
      var identity = FitIdentity(
        of: fitting, components: wanted.components ?? "as the layers make", toolVersion: toolVersion
      )
      identity.add(noisy ?? table, from: input)
      identity.add("--target", noisy == nil ? nil : table, from: training.target)
      identity.add("--validation", validation, from: judging.validation)
      identity.add(groups: reader.groups)
      return identity
    }
    start = now()
    fitting.timeLimit = training.timeLimit.map(TimeLimit.init)
    let (count, considered) = try fitting.componentCount(
      choice, for: table, validation: validation, groups: reader.groups)
    if let line = FitSummary.chosen(count, by: choice, of: considered) {
      common.note("\(input): \(line)")
    }
    fitting.componentCount = count
    fitting.timeLimit = fitting.timeLimit?.remaining
    let model = try fitting.fit(
      noisy ?? table, target: noisy == nil ? nil : table, validation: validation,
      groups: reader.groups)
    return Fit(
      model: model, seconds: now() - start, rows: wanted.latents == nil ? nil : [noisy ?? table])
  }

  private func readAll(_ reader: inout TableReader) throws -> Table {
    let (table, removed) = try reader.readAll().withoutDominantCells(under: wanted.scale)
    common.note(reader.notes, of: input)
    for cell in removed { common.note("\(input): \(cell.removal(under: wanted.scale))") }
    for cell in table.dominantCells { common.note("\(input): \(cell)") }
    return table
  }

  /// The rows to learn from when --target says what they should become.
  ///
  /// - Parameter whole: The target as it was read, with columns that are no pixels.
  private func noisyTable(of target: Table, readAs whole: Table) throws -> Table {
    let path = training.target ?? ""
    var reader = try TableReader(path: input, options: readingOptions())
    let found = try reader.survey()
    let (names, wanted) = (found.schema.columns.map(\.name), target.schema.columns.map(\.name))
    let known = Set(whole.schema.columns.map(\.name))
    if let name = names.first(where: { !known.contains($0) }) {
      throw ToolError(.badData, "\(path): column '\(name)': expected as in \(input), found none")
    }
    if let name = wanted.first(where: { !names.contains($0) }) {
      throw ToolError(.badData, "\(path): expected the columns of \(input), found '\(name)' too")
    }
    guard found.rowCount == target.rowCount else {
      throw ToolError(
        .badData,
        "\(path): expected \(counted(found.rowCount, "row")) as in \(input), found "
          + "\(target.rowCount)")
    }
    return try table.rows(of: input, as: target.schema, common: common)
  }

  /// The columns that are pixels, if any are to be.
  private func pixels(of table: Table, _ fitting: inout TableModelFitting) throws -> Table {
    let (found, shape) = try pictures.pixels(of: table, path: input, common: common)
    fitting.autoencoder.image = shape
    fitting.autoencoder.preset = pictures.preset
    fitting.autoencoder.keepsMap = pictures.latentMap
    return found
  }

  /// What was asked for, or what a preset or the layers of a latent map come to.
  private func componentChoice(_ fitting: TableModelFitting) throws -> ComponentChoice {
    guard let own = try pictures.componentCount(fitting.autoencoder) else {
      return try ComponentChoice(option: wanted.components ?? "auto")
    }
    if let components = wanted.components, Int(components) != own {
      throw ToolError(
        .usage, "--components: expected \(own), as the layers make, or none, found \(components)")
    }
    return .count(own)
  }

  /// The rows of --validation, read as the training table was.
  private func validationTable(of training: Table) throws -> Table? {
    guard let path = judging.validation else { return nil }
    return try table.rows(
      of: path, as: TableSchema(columns: training.columns.map(\.schema)), common: common)
  }

  private func readingOptions() throws -> TableReadingOptions {
    var options = try table.options
    options.threads = common.threads
    options.groupColumn = judging.group
    try columns.apply(to: &options)
    return options
  }

  /// The library knows no files: errors about the table get its name here.
  private func located(_ error: any Error) -> any Error {
    switch error {
    case let error as PreprocessingError where error.isShortOfGroups:
      ToolError(.badData, "\(input): column '\(judging.group ?? "")': \(error)")
    case let error as TrainingError where error.isShortOfMemory: error
    case is FittingError, is PreprocessingError, is PCAError, is TrainingError, is ModelError:
      ToolError(.badData, "\(input): \(error)")
    default: error
    }
  }
}

extension PreprocessingError {
  fileprivate var isShortOfGroups: Bool {
    if case .tooFewGroups = problem { true } else { false }
  }
}
