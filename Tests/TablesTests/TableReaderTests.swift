import CSV
import Files
import Tables
import Testing

func table(
  _ text: String, _ options: TableReadingOptions = TableReadingOptions(), pieceSize: Int = 1 << 18
) throws -> Table {
  var reader = TableReader(
    source: MemoryInput(Array(text.utf8), name: "data.csv"), options: options,
    pieceSize: pieceSize)
  return try reader.readAll()
}

@Test func `each kind is found from the cells`() throws {
  let read = try table(
    """
    n,yes,when,colour,who,note
    1,Yes,2024-02-29,red,ann,x y
    NA,no,,red,bob,
    2.5,no,1970-01-02,blue,cid,x y
    -,?,2000-01-01,blue,dan,z

    """)
  #expect(
    read.columns.map(\.schema.kind) == [.number, .boolean, .date, .category, .identifier, .text])
  #expect(read["n"]?.values == .numbers([1, .nan, 2.5, .nan]))
  #expect(read["yes"]?.values == .codes([1, 0, 0, -1]))
  #expect(read["yes"]?.schema.levels == ["no", "Yes"])
  #expect(read["when"]?.values == .numbers([19782, .nan, 1, 10957]))
  #expect(read["colour"]?.schema.levels == ["blue", "red"])
  #expect(read["who"]?.values == .texts(["ann", "bob", "cid", "dan"]))
  #expect(read["note"]?.values == .texts(["x y", nil, "x y", "z"]))
}
