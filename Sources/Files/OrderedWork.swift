/// Pieces that come one after another, each worked on by any thread, their products in order.
///
/// So many pieces are on their way at once and no more, which bounds the memory. What comes out
/// does not depend on the number of threads.
package final class OrderedWork<Piece: Sendable, Product: Sendable> {
  private let pool: TaskPool
  private let depth: Int
  private let line: Line
  private var deliveredCount = 0
  private var submittedCount = 0

  /// - Parameters:
  ///   - depth: How many pieces may be on their way; at least one.
  ///   - next: The next piece, nil after the last; called by one thread at a time.
  ///   - work: Makes a product of a piece; called by several threads at once.
  package init(
    pool: TaskPool, depth: Int, next: @escaping @Sendable () throws -> Piece?,
    work: @escaping @Sendable (consuming Piece) -> Product
  ) {
    precondition(depth > 0, "a piece must be on its way for a product to come")
    self.pool = pool
    self.depth = depth
    line = Line(next: next, work: work)
  }

  /// The next product.
  ///
  /// - Returns: Nil after the last one.
  /// - Throws: What making the next piece has thrown, once all products before it were given out.
  package func next() throws -> Product? {
    while submittedCount - deliveredCount < depth && !line.hasEnded {
      submittedCount += 1
      pool.submit { [line] in line.advance() }
    }
    let number = deliveredCount
    pool.help { line.isReady(number) }
    deliveredCount += 1
    return try line.take(number)
  }

  /// What the threads share.
  ///
  /// It does not know the pool, which may thus end while jobs run.
  private final class Line: Sendable {
    private struct State {
      var pieceCount = 0
      var hasEnded = false
      var failure: (any Error)?
      var products: [Int: Product] = [:]
    }

    private let state = Guarded(State())
    private let source = SystemLock()
    private let next: @Sendable () throws -> Piece?
    private let work: @Sendable (consuming Piece) -> Product

    init(
      next: @escaping @Sendable () throws -> Piece?,
      work: @escaping @Sendable (consuming Piece) -> Product
    ) {
      self.next = next
      self.work = work
    }

    func advance() {
      guard let (number, piece) = source.withLock({ takePiece() }) else { return }
      let product = work(piece)
      state.withLock { $0.products[number] = product }
    }

    private func takePiece() -> (Int, Piece)? {
      if hasEnded { return nil }
      do {
        guard let piece = try next() else {
          state.withLock { $0.hasEnded = true }
          return nil
        }
        let number = state.withLock { state in
          state.pieceCount += 1
          return state.pieceCount - 1
        }
        return (number, piece)
      } catch {
        state.withLock {
          $0.hasEnded = true
          $0.failure = error
        }
        return nil
      }
    }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    func isReady(_ number: Int) -> Bool {
      state.withLock { $0.products[number] != nil || ($0.hasEnded && number >= $0.pieceCount) }
    }

    func take(_ number: Int) throws -> Product? {
      let (product, failure) = state.withLock {
        ($0.products.removeValue(forKey: number), $0.failure)
      }
      if product == nil, let failure { throw failure }
      return product
    }
  }
}
