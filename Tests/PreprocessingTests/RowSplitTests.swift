import Preprocessing
import Testing

@Test(arguments: [2, 3, 10, 999])
func `training and validation rows together are all rows, each once`(rowCount: Int) {
  let split = RowSplit(rowCount: rowCount, validationFraction: 0.2, seed: 3)
  #expect((split.training + split.validation).sorted() == Array(0..<rowCount))
  #expect(split.training.count >= 2)
}

@Test func `the share of rows held out is as asked, to the nearest row`() {
  #expect(RowSplit(rowCount: 150, validationFraction: 0.12, seed: 0).validation.count == 18)
  #expect(RowSplit(rowCount: 10, validationFraction: 0.01, seed: 0).validation.count == 1)
  #expect(RowSplit(rowCount: 10, validationFraction: 0, seed: 0).validation.isEmpty)
}

@Test func `the seed decides which rows are held out`() {
  let one = RowSplit(rowCount: 100, validationFraction: 0.2, seed: 1)
  #expect(one == RowSplit(rowCount: 100, validationFraction: 0.2, seed: 1))
  #expect(one != RowSplit(rowCount: 100, validationFraction: 0.2, seed: 2))
}

@Test(arguments: [(10, 5), (11, 5), (23, 2), (7, 7)])
func `folds hold every row out once and differ by one row at most`(rowCount: Int, count: Int) {
  let folds = RowSplit.folds(count, rowCount: rowCount, seed: 4)
  #expect(folds.flatMap(\.validation).sorted() == Array(0..<rowCount))
  for fold in folds {
    #expect((fold.training + fold.validation).sorted() == Array(0..<rowCount))
    #expect((rowCount / count...rowCount / count + 1).contains(fold.validation.count))
  }
}
