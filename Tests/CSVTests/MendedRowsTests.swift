import CSV
import Files
import Testing

private func read(_ text: String, pieceSize: Int = 1 << 18) throws -> ([[String]], MendedRows) {
  let reader = try CSVReader(
    MemoryInput(Array(text.utf8), name: "ragged.csv"), format: CSVFormat(raggedRows: .padOrCut),
    pieceSize: pieceSize)
  var rows: [[String]] = []
  var block = RecordBlock()
  while try reader.read(into: &block) {
    for record in 0..<block.recordCount {
      rows.append((0..<block.columnCount).map { block.text(record, $0) })
    }
  }
  return (rows, reader.mendedRows)
}

private let ragged = "a,b,c\n1,2,3\n4\n5,6,7,\"\",8\n\"\",9\n10,11,12\n"

@Test func `short rows are padded and long ones cut, each kind counted`() throws {
  let (rows, mended) = try read(ragged)
  #expect(
    rows == [
      ["1", "2", "3"], ["4", "", ""], ["5", "6", "7"], ["", "9", ""], ["10", "11", "12"],
    ])
  #expect(mended.paddedCount == 2 && mended.firstPaddedLine == 3)
  #expect(mended.cutCount == 1 && mended.firstCutLine == 4)
  #expect(
    mended.notes == [
      "2 rows had too few fields and were padded with empty ones, the first on line 3",
      "line 4 had too many fields and was cut",
    ])
}

@Test(arguments: 1...12)
func `ragged rows are mended alike in pieces of any size`(pieceSize: Int) throws {
  let (rows, mended) = try read(ragged, pieceSize: pieceSize)
  let whole = try read(ragged)
  #expect(rows == whole.0 && mended == whole.1)
}
