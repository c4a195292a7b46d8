import Testing

@testable import Compression

@Test func `numbers of one decimal stay on their decimals however small the bound`() throws {
  let (lattice, multiples) = try #require(
    NumberLattice.fitting([0.1, 5.1, -2.3], bound: 1e-6))
  #expect(lattice.decimals == 1 && lattice.reach == 0)
  #expect(multiples == [1, 51, -23])
  #expect(multiples.map(lattice.number) == [0.1, 5.1, -2.3])
}

/// Tenths may be off by 0.0881: none of their neighbours is near enough, but a step of 0.17 is.
@Test func `a finer lattice is taken where it allows wider steps`() throws {
  let (lattice, multiples) = try #require(NumberLattice.fitting([0.1, 0.4, 6.9], bound: 0.0881))
  #expect(lattice.decimals == 3 && lattice.reach == 88)
  #expect(multiples == [100, 400, 6900])
}

/// A bound of 0.4 lets a whole number move by none, one of 2.4 by two.
@Test func `whole numbers move by whole numbers within the bound`() throws {
  #expect(try #require(NumberLattice.fitting([3, 4, 9], bound: 0.4)).lattice.reach == 0)
  #expect(try #require(NumberLattice.fitting([3, 4, 9], bound: 2.4)).lattice.reach == 2)
}

@Test func `steps lead to within reach of any number from any prediction`() throws {
  let lattice = try #require(NumberLattice(decimals: 2, reach: 3))
  for multiple in Int64(-40)...40 {
    for prediction: Int64 in [-100, -1, 0, 7, 1000] {
      let steps = lattice.steps(from: prediction, to: multiple)
      let back = try #require(lattice.multiple(from: prediction, steps: steps))
      #expect(abs(back - multiple) <= 3)
    }
  }
}

@Test func `numbers that no lattice holds are kept as they are`() {
  #expect(NumberLattice.fitting([0.1, 1e300], bound: 1e-3) == nil)
  #expect(NumberLattice.fitting([1.0 / 3], bound: 0) == nil)
}

/// Within two units in the last place of the library's own function.
@Test func `the exponential function of plain arithmetic is exp`() {
  for step in -700...700 {
    let x = Double(step) + 0.37
    guard abs(x) < 700 else { continue }
    let (mine, known) = (PlainExponential.value(x), Reference.exp(x))
    #expect(abs(mine - known) <= 4e-15 * known, "\(x)")
  }
  #expect(PlainExponential.value(0) == 1)
}

@Test func `whole numbers of either sign survive their planes`() throws {
  let numbers: [Int64] = [0, -1, 1, 127, -128, 1 << 40, .max, .min]
  #expect(
    try IntegerPlanes.numbers(IntegerPlanes.bytes(numbers), count: numbers.count) == numbers)
  // Without a negative one, 200 is a single byte.
  #expect(IntegerPlanes.bytes([200, 3]).count == 3 && IntegerPlanes.bytes([200, -3]).count == 5)
  #expect(try IntegerPlanes.numbers(IntegerPlanes.bytes([200, 3]), count: 2) == [200, 3])
  #expect(throws: CompressionError.Problem.damaged) {
    try IntegerPlanes.numbers([2, 1, 2, 3], count: 2)
  }
}

@Test(arguments: [["a", "b", "a", "a", "", "b"], ["x1", "x2", "x3"], ["same", "same"]])
func `texts come back whether they repeat or not`(texts: [String]) throws {
  var cells = CellTexts()
  for text in texts { cells.append(Array(text.utf8)[...]) }
  #expect(try TextCoding.cells(TextCoding.bytes(cells), rowCount: texts.count) == cells)
}
