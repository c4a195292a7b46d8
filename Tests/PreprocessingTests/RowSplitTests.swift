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

@Test func `rows of a large table are drawn apart, whatever rows come after them`() {
  let split = RowSplit(rowCount: 300_000, validationFraction: 0.12, seed: 5)
  #expect((split.training + split.validation).sorted() == Array(0..<300_000))
  // Five standard deviations of the binomial distribution.
  #expect(abs(split.validation.count - 36_000) < 5 * 178)
  let beginning = RowSplit(rowCount: 100_000, validationFraction: 0.12, seed: 5)
  #expect(beginning.validation == split.validation.filter { $0 < 100_000 })
  // Neighbours are not held out together: as often as the share's square.
  let pairs = zip(split.validation, split.validation.dropFirst()).count { $1 == $0 + 1 }
  #expect(abs(Double(pairs) - 36_000 * 0.12) < 5 * 70)
  #expect(split != RowSplit(rowCount: 300_000, validationFraction: 0.12, seed: 6))
  #expect(RowSplit(rowCount: 100_000, validationFraction: 0, seed: 5).validation.isEmpty)
}

@Test func `a large table too has a row on either side, however small its share`() {
  let few = RowSplit(rowCount: 100_000, validationFraction: 1e-9, seed: 0)
  #expect(few.validation.count == 1 && few.training.count == 99_999)
  let many = RowSplit(rowCount: 100_000, validationFraction: 1 - 1e-9, seed: 0)
  #expect(many.training.count == 2)
}
