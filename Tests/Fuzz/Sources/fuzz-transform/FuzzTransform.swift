import AEPCA
import FuzzSupport

nonisolated(unsafe) private let models = [GoodModels.fit(.pca), GoodModels.fit(.autoencoder)]

/// A good model makes finite latents of any table that has its columns, and rows from them, scores
/// it and cleans it, or refuses it.
///
/// The first byte chooses the model, and whether blocks are of a few bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  guard let first = bytes.first else { return 0 }
  let model = models[Int(first) % models.count]
  do {
    let reader = TableReader(
      source: MemoryInput(Array(bytes.dropFirst()), name: "input"),
      pieceSize: first & 2 == 0 ? 1 << 20 : 64)
    var blocks = try reader.blocks(of: model.schema)
    while let block = try blocks.next() {
      try use(model, on: Table(columns: block.columns))
    }
  } catch {
    require(!"\(error)".isEmpty, "a refusal says something")
  }
  return 0
}

private func use(_ model: TableModel, on rows: Table) throws {
  let latents = try model.encode(rows)
  require(latents.rowCount == rows.rowCount, "a row has one row of latents")
  require(latents.elements.allSatisfy(\.isFinite), "latents are \(latents)")
  let back = try model.decode(latents)
  require(back.rowCount == rows.rowCount, "rows come back in number")
  let scores = try RowScorer(model).scores(rows)
  require(scores.count == rows.rowCount, "a row has one score")
  let cleaned = try RowCleaner(model, onlyMissing: true).cleaned(rows)
  require(cleaned.rowCount == rows.rowCount, "a row is cleaned to one row")
  for column in cleaned.columns {
    require(column.missingCount == 0, "cells of '\(column.name)' are not filled")
  }
}
