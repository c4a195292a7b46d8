import AEPCA

extension FitCommand {
  /// Fits linear components to a file too large to hold; nil when it is to be held.
  func fitBlocks(_ reader: inout TableReader, _ fitting: TableModelFitting) throws -> TableModel? {
    guard method == .pca, let size = try InputFile(path: input).byteCount,
      size > linear.memory << 20
    else { return nil }
    let survey = try reader.survey()
    reader.notes.forEach(common.note)
    let source = reader
    switch try fitting.fit(survey, blocks: { try source.blocks(of: $0) }) {
    case .fitted(let model):
      common.note(
        "\(input): read block by block, as it is larger than \(linear.memory) MiB (--memory)")
      return model
    case .needsTable(let reason):
      common.note("\(input): held in memory, because \(reason)")
      return nil
    }
  }
}
