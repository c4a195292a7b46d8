import AEPCA
import CAllocation
import Glibc

extension FitCommand {
  /// Fits linear components to a file too large to hold; nil when it is to be held.
  func fitBlocks(_ reader: inout TableReader, _ fitting: TableModelFitting) throws -> TableModel? {
    guard method == .pca, let size = try InputFile(path: input).byteCount,
      size > linear.memoryForBlocks << 20
    else { return nil }
    if let model = presumedFit(&reader, fitting) {
      noteBlocks(reader)
      return model
    }
    let survey = try reader.survey()
    let source = reader
    switch try fitting.fit(survey, blocks: { try source.blocks(of: $0) }) {
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
    _ reader: inout TableReader, _ fitting: TableModelFitting
  ) -> TableModel? {
    guard let survey = try? reader.presumedSurvey() else { return nil }
    let source = reader
    let fit = try? fitting.fit(survey, blocks: { try source.blocks(of: $0) })
    if case .fitted(let model)? = fit { return model }
    return nil
  }

  private func noteBlocks(_ reader: TableReader) {
    reader.notes.forEach(common.note)
    common.note(
      "\(input): read block by block, as it is larger than \(linear.memoryForBlocks) MiB (--memory)"
    )
  }

  /// Sees to it that arrays beyond the memory they may take lie in a file.
  func limitMemory() throws {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
    guard let budget = linear.memory.map({ $0 << 20 }) ?? Self.availableMemory.map({ $0 / 2 })
    else { return }
    let large = min(max(budget / 16, 1 << 16), 16 << 20)
    let status = unsafe aepca_keep_large_blocks_in_file(folder, budget, large)
    // What was not asked for may fail.
    if status != 0 && linear.memory != nil {
      throw FileError(.cannotCreate(status), path: folder)
    }
  }

  /// Says what ``limitMemory()`` came to.
  func noteMemory() {
    let bytes = aepca_most_bytes_in_files()
    guard bytes > 0 else { return }
    common.note(
      "\(input): kept \((bytes + 1 << 20 - 1) >> 20) MiB in a temporary file, beyond the memory given (--memory)"
    )
  }

  /// Bytes that programs can get without others being moved to disk; nil where the system does not say.
  private static var availableMemory: Int? {
    guard let file = try? InputFile(path: "/proc/meminfo"), let bytes = try? file.readAll() else {
      return nil
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }
}
