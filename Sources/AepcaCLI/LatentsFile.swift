import AEPCA

/// The latents of the rows that a model was fitted to as a CSV file, which appears whole or not at all.
struct LatentsFile: ~Copyable {
  private var writer: TableWriter
  private let threads: Int

  /// Rows that are worked on together hold about so many cells.
  private static let cellLimit = 1 << 17

  /// Opens the file, before the work whose result it will hold.
  init(creating path: String, threads: Int) throws {
    writer = TableWriter(to: try OutputFile(creating: path), style: CSVStyle(threads: threads))
    self.threads = threads
  }

  /// Writes the latents of rows that were kept, all bytes of them.
  mutating func write(of model: TableModel, rows pieces: [Table]) throws {
    try writer.writeHeader(model.latentNames)
    var waiting: [Table] = []
    for piece in pieces {
      let rowLimit = max(1, Self.cellLimit / max(1, piece.columns.count))
      for first in stride(from: 0, to: piece.rowCount, by: rowLimit) {
        waiting.append(piece.rows(first..<min(first + rowLimit, piece.rowCount)))
        if waiting.count < 4 * threads { continue }
        try write(waiting, by: model)
        waiting = []
      }
    }
    try write(waiting, by: model)
    try writer.flush()
  }

  private mutating func write(_ tables: [Table], by model: TableModel) throws {
    for latents in try model.encode(tables, threads: threads) {
      try writer.write(latents: latents, of: model)
    }
  }

  /// Writes the latents of a table that is read again, all bytes of them.
  mutating func write(of model: TableModel, blocks: consuming TableBlocks) throws {
    try writer.writeHeader(model.latentNames)
    while let block = try blocks.next() {
      try writer.write(latents: model.encode(Table(columns: block.columns)), of: model)
    }
    try writer.flush()
  }

  consuming func commit() throws { try writer.commit() }
}

extension TableWriter {
  /// Writes latents, shape `[rows, components]`, in as many digits as the model computes in.
  mutating func write(
    latents: Matrix<Double>, of model: TableModel, keeping keptColumns: [TextColumn] = []
  ) throws {
    switch model.method {
    case .pca:
      try write(rows: latents.elements, columnCount: latents.columnCount, keeping: keptColumns)
    case .autoencoder:
      // The network computes in Float32: more digits would be noise.
      try write(
        rows: latents.converted(to: Float.self).elements, columnCount: latents.columnCount,
        keeping: keptColumns)
    }
  }
}

/// The rows of a table read in blocks, kept as long as they fit into memory.
final class KeptRows {
  private(set) var pieces: [Table] = []
  private let byteLimit: Int
  private var byteCount = 0

  /// - Parameter byteLimit: What the cells may take; 0 keeps none.
  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// Whether all rows that came were kept.
  var isComplete: Bool { byteCount <= byteLimit }

  func add(_ block: TableBlock) {
    byteCount += 8 * block.rowCount * block.columns.count
    if isComplete { pieces.append(Table(columns: block.columns)) } else { pieces = [] }
  }

  func removeAll() { (pieces, byteCount) = ([], 0) }
}
