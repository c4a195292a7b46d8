import Evaluation
import Testing

@Test func `the gain and its standard error are those of the differences`() {
  // Gains 1, 2, 3, 6: mean 3, squares 4 + 1 + 0 + 9 = 14, standard error √(14 / 3 / 4).
  let gain = PairedGain(from: [2, 4, 6, 7], to: [1, 2, 3, 1])
  #expect(gain.mean == 3)
  #expect(abs(gain.standardError - (14.0 / 12).squareRoot()) < 1e-15)
  #expect(gain.rowCount == 4)
  // 3 / √(14 / 12) = 2.777…
  #expect(gain.exceeds(standardErrors: 2))
  #expect(gain.exceeds(standardErrors: 2.77))
  #expect(!gain.exceeds(standardErrors: 2.78))
}

@Test func `the other way round the gain is a loss`() {
  let loss = PairedGain(from: [1, 2, 3, 1], to: [2, 4, 6, 7])
  #expect(loss.mean == -3)
  #expect(!loss.exceeds(standardErrors: 0))
  #expect(loss.exceeds(standardErrors: -3))
}

@Test func `a small gain on every row counts though the errors themselves vary widely`() {
  let first = (0..<100).map { Double($0 * $0) }
  let second = first.enumerated().map { $1 - 0.5 - ($0.isMultiple(of: 2) ? 0.25 : -0.25) }
  let gain = PairedGain(from: first, to: second)
  #expect(gain.mean == 0.5)
  #expect(gain.exceeds(standardErrors: 19))
  #expect(!gain.exceeds(standardErrors: 20))
}

@Test func `equal models gain nothing`() {
  let gain = PairedGain(from: [1, 5, 2], to: [1, 5, 2])
  #expect(gain.mean == 0)
  #expect(gain.standardError == 0)
  #expect(!gain.exceeds(standardErrors: 0))
}

@Test func `one row or none says nothing`() {
  for gain in [PairedGain(from: [9], to: [1]), PairedGain(from: [], to: [])] {
    #expect(gain.standardError == .infinity)
    #expect(!gain.exceeds(standardErrors: 0))
    #expect(!gain.exceeds(standardErrors: 1))
  }
}

@Test(arguments: [Double.infinity, .nan])
func `an error that is not finite shows no gain either way`(error: Double) {
  #expect(!PairedGain(from: [1, 1, 1], to: [0, error, 0]).exceeds(standardErrors: 1))
  #expect(!PairedGain(from: [1, error, 1], to: [0, 0, 0]).exceeds(standardErrors: 1))
}
