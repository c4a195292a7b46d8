import AEPCA

extension FitCommand {
  /// Fits linear components to a file too large to hold; nil when it is to be held.
  ///
  /// - Parameter rows: Keeps those read, as long as they fit.
  func fitBlocks(
    _ reader: inout TableReader, _ fitting: TableModelFitting, keeping rows: KeptRows
  ) throws -> TableModel? {
    guard wanted.method == .pca, let size = try InputFile(path: input).byteCount,
      size > memory.forBlocks << 20
    else { return nil }
    if let model = presumedFit(&reader, fitting, keeping: rows) {
      noteBlocks(reader)
      return model
    }
    let survey = try reader.survey()
    let source = reader
    rows.removeAll()
    switch try fitting.fit(
      survey, blocks: { try source.blocks(of: $0) }, visiting: { rows.add($0) })
    {
    case .fitted(let model):
      noteBlocks(reader)
      return model
    case .needsTable(let reason):
      common.note("\(input): held in memory, because \(reason)")
      return nil
    }
  }

  /// In one pass, if the first rows have shown what the columns are.
  ///
  /// - Returns: Nil when they have not, or the table cannot be fitted: a fit by a whole survey says why.
  private func presumedFit(
    _ reader: inout TableReader, _ fitting: TableModelFitting, keeping rows: KeptRows
  ) -> TableModel? {
    guard
      let survey = try? reader.presumedSurvey(
        estimatingFrom: TableModelFitting.uncountedRowCount)
    else { return nil }
    let source = reader
    let fit = try? fitting.fit(
      survey, blocks: { try source.blocks(of: $0) }, visiting: { rows.add($0) })
    if case .fitted(let model)? = fit { return model }
    return nil
  }

  private func noteBlocks(_ reader: TableReader) {
    common.note(reader.notes, of: input)
    common.note(
      "\(input): read block by block, as it is larger than \(memory.forBlocks) MiB (--memory)")
  }
}
