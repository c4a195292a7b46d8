import AEPCA
import FuzzSupport

nonisolated(unsafe) private let models = [GoodModels.fit(.pca), GoodModels.fit(.autoencoder)]

/// A good model makes latents of any table that has its columns, and refuses any other.
///
/// The first byte chooses the model.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe inputBytes(start, count)
  guard let first = bytes.first else { return 0 }
  let model = models[Int(first) % models.count]
  do {
    let reader = try TableReader(source: MemoryInput(Array(bytes.dropFirst()), name: "input"))
    var blocks = try reader.blocks(of: model.schema)
    while let block = try blocks.next() {
      let latents = try model.encode(Table(columns: block.columns))
      require(latents.rowCount == block.rowCount, "a row has one row of latents")
      let back = try model.decode(latents)
      require(back.rowCount == block.rowCount, "rows come back in number")
    }
  } catch {
    require(!"\(error)".isEmpty, "a refusal says something")
  }
  return 0
}
