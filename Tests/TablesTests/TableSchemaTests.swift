import FoundationEssentials
import LinearAlgebra
import Tables
import Testing

func schema(_ columns: String) throws -> TableSchema {
  try JSONDecoder().decode(TableSchema.self, from: Data("{\"columns\":[\(columns)]}".utf8))
}

@Test func `a schema is kept in JSON`() throws {
  var generator = SeededGenerator(seed: 6)
  var columns = ColumnKind.allCases.map { randomColumn($0, rowCount: 10, using: &generator) }
  columns[0].schema.isInteger = true
  let original = Table(columns: columns).schema
  let data = try JSONEncoder().encode(original)
  #expect(try JSONDecoder().decode(TableSchema.self, from: data) == original)
}

@Test func `what a schema does not say is as usual`() throws {
  #expect(
    try schema(#"{"name":"n","kind":"number"}"#).columns
      == [ColumnSchema(name: "n", kind: .number)])
}

@Test(arguments: [
  #"{"name":"x"}"#, #"{"kind":"number"}"#, #"{"name":"x","kind":"vector"}"#,
  #"{"name":"x","kind":"date"}"#, #"{"name":"x","kind":"date","dateFormat":"MM/DD/YY"}"#,
  #"{"name":"x","kind":"number","dateFormat":"YYYY-MM-DD"}"#,
  #"{"name":"x","kind":"number","levels":["a"]}"#, #"{"name":"x","kind":"boolean"}"#,
  #"{"name":"x","kind":"boolean","levels":["a","a"]}"#,
  #"{"name":"x","kind":"boolean","levels":["a","b","c"]}"#,
  #"{"name":"x","kind":"category","levels":["a","b","a"]}"#,
  #"{"name":"x","kind":"number"},{"name":"x","kind":"number"}"#,
])
func `a schema that makes no sense is refused`(columns: String) {
  #expect(throws: DecodingError.self) { try schema(columns) }
}
