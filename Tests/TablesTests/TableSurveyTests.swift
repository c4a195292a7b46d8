import Files
import Tables
import Testing

private func reader(_ text: String) -> TableReader {
  TableReader(source: MemoryInput(Array(text.utf8), name: "data.csv"))
}

@Test(arguments: [
  "id,x,word\n1,0.5,a\n2,1.5,b\n3,NA,a\n4,2,b\n",
  "x\n-\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
  "x\n1\n2\nabc\nd\ne\n",
  "day,flag\n2024-01-01,yes\n2024-01-02,no\n,yes\n",
  "empty,whole,half\n,1,0.5\n,2,1\n",
  "name_id\n07\n08\n",
])
func `a survey finds the kinds that reading the whole table finds`(text: String) throws {
  var whole = reader(text)
  let table = try whole.readAll()
  var survey = reader(text)
  let found = try survey.survey()
  #expect(found == TableSurvey(schema: table.schema, rowCount: table.rowCount))
}

@Test func `a survey refuses what reading the whole table refuses`() {
  var survey = reader("x\n" + (1...20).map { "\($0)\n" }.joined() + "abc\n")
  #expect(
    failure { try survey.survey() }.contains("data.csv:22: column 'x': expected a number"))
}
