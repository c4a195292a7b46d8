import Files

/// A file's records, chunk by chunk and in order, read and worked on by several threads.
package final class ChunkStream<Product: Sendable> {
  /// One for each column, all different and none empty.
  package var names: [String] { chunks.names }
  package var originalNames: [String] { chunks.originalNames }
  package var notes: [String] { chunks.notes }
  package var path: String { chunks.path }
  /// Records so far that had too few or too many fields, where the format mends them.
  package private(set) var mended = MendedRows()

  private let chunks: RecordChunks
  private let plan: PlanBox
  private let advance: () throws -> Worked?
  /// The line on which the next chunk begins.
  private var line: Int
  private var failure: CSVError?

  private struct Worked: Sendable {
    let product: Product
    let lineCount: Int
    let failure: (problem: CSVError.Problem, line: Int, column: Int?)?
    let mended: MendedRows
  }

  /// - Parameters:
  ///   - chunks: Whose first record was read.
  ///   - plan: What is wanted of the columns at first.
  ///   - isDirect: Whether plain rows may be read directly; false leaves all to libcsv.
  ///   - work: What is done with the records of a chunk, on any thread.
  package init(
    _ chunks: RecordChunks, format: CSVFormat, plan: CellPlan, pool: TaskPool,
    isDirect: Bool = true, work: @escaping @Sendable (ParsedChunk) -> Product
  ) {
    self.chunks = chunks
    line = chunks.firstLine
    let parser = ChunkParser(chunks, format: format)
    let box = PlanBox(plan)
    self.plan = box
    let parsed: @Sendable (ParsedChunk) -> Worked = { parsed in
      Worked(
        product: work(parsed), lineCount: parsed.lineCount, failure: parsed.failure,
        mended: parsed.mended)
    }
    if chunks.columnCount == 1 {
      // Whether an empty line is a record is known only when the next one has come.
      var pending = 0
      advance = {
        guard let chunk = try chunks.next() else { return nil }
        let records = parser.parse(
          chunk, plan: box.plan, isDirect: isDirect, pendingEmptyLines: pending)
        pending = records.pendingEmptyLines
        return parsed(records)
      }
    } else {
      let depth = chunks.isAtEnd || pool.threadCount == 1 ? 1 : 2 * pool.threadCount
      let ordered = OrderedWork(
        pool: pool, depth: depth, next: { try chunks.next() },
        work: { parsed(parser.parse($0, plan: box.plan, isDirect: isDirect)) })
      advance = { try ordered.next() }
    }
  }

  /// Says what is wanted of the columns of chunks that no thread has begun.
  package func change(_ plan: CellPlan) { self.plan.plan = plan }

  /// The next chunk's product, and the line on which the chunk begins, from 1.
  ///
  /// - Returns: Nil at the end of the file.
  /// - Throws: ``CSVError`` or `FileError`, after all records before the bad one were given out.
  package func next() throws -> (product: Product, line: Int)? {
    if let failure { throw failure }
    guard let worked = try advance() else { return nil }
    let first = line
    line += worked.lineCount
    mended.append(worked.mended, line: first)
    if let failure = worked.failure {
      self.failure = CSVError(
        failure.problem, path: path, line: first + failure.line,
        column: failure.column.flatMap { $0 < names.count ? names[$0] : nil })
    }
    return (worked.product, first)
  }
}

/// The plan that threads look up when they begin a chunk.
private final class PlanBox: Sendable {
  private let current: Guarded<CellPlan>

  init(_ plan: CellPlan) { current = Guarded(plan) }

  var plan: CellPlan {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}
