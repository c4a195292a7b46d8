import Evaluation
import LinearAlgebra
import Testing

/// Two columns in units a hundredfold apart: means 2 and 300, standard deviations 1 and 100.
private let empty = ExplainedVariance(means: [2, 300], standardDeviations: [1, 100])
private let originals = Matrix<Double>(rows: [[1, 200], [3, 500]])

@Test func `perfect reconstructions explain everything`() {
  var measure = empty
  measure.add(originals: originals, reconstructions: originals)
  #expect(measure.value == 1)
  #expect(measure.columnValues == [1, 1])
  #expect(measure.cellCount == 4)
}

@Test func `the training mean explains nothing`() {
  var measure = empty
  measure.add(originals: originals, reconstructions: Matrix(rows: [[2, 300], [2, 300]]))
  #expect(measure.value == 0)
}

@Test func `columns weigh by their training deviation`() {
  // In standard deviations: originals (−1, −1), (1, 2), errors (0.5, 0), (0, 1): 1 − 1.25 / 7.
  var measure = empty
  measure.add(originals: originals, reconstructions: Matrix(rows: [[0.5, 200], [3, 400]]))
  #expect(measure.value == 1 - 1.25 / 7)
  #expect(measure.columnValues == [0.875, 0.8])
}

@Test func `reconstructions worse than the mean explain less than nothing`() {
  // Errors in standard deviations (−2, −2), (2, 4): 1 − 28 / 7.
  var measure = empty
  measure.add(originals: originals, reconstructions: Matrix(rows: [[3, 400], [1, 100]]))
  #expect(measure.value == -3)
}

@Test func `cells that were not observed count for nothing`() {
  var measure = empty
  let mask = Mask(rowCount: 2, columnCount: 2, isObserved: [true, false, true, true])
  measure.add(
    originals: Matrix(rows: [[1, .nan], [3, 500]]),
    reconstructions: Matrix(rows: [[0.5, 1e9], [3, 400]]), observed: mask)
  #expect(measure.value == 1 - 1.25 / 6)
  #expect(measure.cellCount == 3)
}

@Test func `a column constant in training is left out`() {
  var measure = ExplainedVariance(means: [2, 1e6], standardDeviations: [1, 1e-7])
  #expect(measure.counts == [true, false])
  measure.add(originals: Matrix(rows: [[3, 5]]), reconstructions: Matrix(rows: [[2.5, 1e6]]))
  #expect(measure.value == 0.75)
  #expect(measure.columnValues == [0.75, nil])
}

@Test func `a column that varies little about a small mean counts`() {
  #expect(ExplainedVariance(means: [0], standardDeviations: [1e-11]).counts == [true])
  #expect(ExplainedVariance(means: [1e-20], standardDeviations: [1e-21]).counts == [true])
  #expect(ExplainedVariance(means: [0], standardDeviations: [0]).counts == [false])
}

@Test func `without rows there is no value`() {
  #expect(empty.value == nil)
  #expect(empty.columnValues == [nil, nil])
}

@Test func `parts gathered apart give what all rows give`() {
  let reconstructions = Matrix<Double>(rows: [[0.5, 200], [3, 400]])
  var whole = empty
  whole.add(originals: originals, reconstructions: reconstructions)
  var parts = empty
  for row in 0..<2 {
    var part = empty
    part.add(
      originals: originals.rows(at: [row]), reconstructions: reconstructions.rows(at: [row]))
    parts.merge(part)
  }
  #expect(parts == whole)
}
