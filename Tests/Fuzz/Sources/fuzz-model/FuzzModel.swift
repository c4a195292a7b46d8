@_spi(Fuzzing) import AEPCA
import FuzzSupport
@_spi(Fuzzing) import LatentModels

/// Any file is a model that can be used, or is refused: the checksum is passed over, for it would
/// refuse nearly all before the reader has seen them.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  guard let model = try? ModelFile.decode(bytes, path: "input", checksDigest: false) else {
    return 0
  }
  _ = try? ModelFile.encode(model, toolVersion: "fuzz")
  // A model of other columns than these is used for what it has of them.
  let columns = model.schema.columns.map { schema in
    GoodModels.table[schema.name].flatMap { $0.schema == schema ? $0 : nil }
  }
  guard columns.allSatisfy({ $0 != nil }) else { return 0 }
  let rows = Table(columns: columns.compactMap { $0 })
  for components in model.latentModel.lengths {
    guard let latents = try? model.encode(rows, components: components) else { continue }
    require(latents.rowCount == rows.rowCount, "a row has one row of latents")
    _ = try? model.decode(latents)
  }
  // Both use the training rows that it may keep.
  if let scores = try? RowScorer(model).scores(rows) {
    require(scores.count == rows.rowCount, "a row has one score")
  }
  for onlyMissing in [true, false] {
    if let cleaned = try? RowCleaner(model, onlyMissing: onlyMissing).cleaned(rows) {
      require(cleaned.rowCount == rows.rowCount, "a row has one that is clean")
    }
  }
  return 0
}
