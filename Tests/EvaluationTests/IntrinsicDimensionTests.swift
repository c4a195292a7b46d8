import Evaluation
import Glibc
import LinearAlgebra
import Testing

/// Rows on a surface: a function of coordinates that are even in 0..<1.
private func sheet(
  _ rowCount: Int, dimension: Int, seed: UInt64 = 1, _ place: ([Double]) -> [Double]
) -> Matrix<Double> {
  var generator = SeededGenerator(seed: seed)
  return Matrix(
    rows: (0..<rowCount).map { _ in
      place((0..<dimension).map { _ in generator.uniform() })
    })
}

/// Independent normal coordinates, carried by a random linear map into more columns.
private func embeddedNormal(
  _ rowCount: Int, dimension: Int, columnCount: Int, seed: UInt64 = 2
) -> Matrix<Double> {
  var generator = SeededGenerator(seed: seed)
  let latent = normalMatrix(rowCount, dimension, &generator)
  return latent.multiplied(by: normalMatrix(dimension, columnCount, &generator))
}

// Tolerances are three standard errors d / √n, and for five dimensions as much again, since there
// the density is not even between neighbours.

@Test func `a line in five columns has one dimension`() throws {
  let line = sheet(2000, dimension: 1) { t in [1, -2, 0.5, 3, 0].map { $0 * t[0] + 7 } }
  let dimension = try #require(IntrinsicDimension(of: line))
  #expect(abs(dimension.value - 1) < 0.07)
  #expect(dimension.rowCount == 2000)
}

@Test func `a plane has two dimensions`() throws {
  let plane = sheet(2000, dimension: 2) { t in [t[0], t[1], t[0] + t[1], t[0] - 2 * t[1]] }
  #expect(abs(try #require(IntrinsicDimension(of: plane)).value - 2) < 0.14)
}

@Test func `a rolled sheet has two dimensions although it fills three`() throws {
  let roll = sheet(2500, dimension: 2) { t in
    let angle = 1.5 * .pi * (1 + 2 * t[0])
    return [angle * cos(angle), 20 * t[1], angle * sin(angle)]
  }
  #expect(abs(try #require(IntrinsicDimension(of: roll)).value - 2) < 0.14)
}

@Test func `five normal coordinates in twenty columns have five dimensions`() throws {
  let rows = embeddedNormal(2500, dimension: 5, columnCount: 20)
  #expect(abs(try #require(IntrinsicDimension(of: rows)).value - 5) < 0.6)
}

@Test func `where the rows lie and how long their unit is do not matter`() throws {
  let plane = sheet(300, dimension: 2) { t in [t[0], t[1], t[0] * t[1]] }
  // A thousand spreads away from the origin, in steps that Float64 holds exactly.
  var moved = plane
  for place in moved.elements.indices {
    moved.elements[place] = (moved.elements[place] * 0x1p20).rounded() * 0x1p-20
  }
  let near = try #require(IntrinsicDimension(of: moved))
  for place in moved.elements.indices { moved.elements[place] = 4 * moved.elements[place] + 4096 }
  #expect(IntrinsicDimension(of: moved) == near)
}

@Test func `rows that come again count once`() throws {
  let rows = embeddedNormal(200, dimension: 3, columnCount: 6)
  let once = try #require(IntrinsicDimension(of: rows))
  let twice = try #require(
    IntrinsicDimension(of: rows.rows(at: (0..<200).flatMap { [$0, 199 - $0] })))
  #expect(twice.rowCount == 200)
  #expect(abs(twice.value - once.value) < 1e-12 * once.value)
}

@Test func `few different rows among many are found and used`() {
  let rows = embeddedNormal(20, dimension: 2, columnCount: 3)
  let many = rows.rows(at: (0..<5000).map { $0 % 20 })
  #expect(IntrinsicDimension(of: many, rowLimit: 50)?.rowCount == 20)
}

@Test func `a large table is sampled with the seed`() throws {
  let rows = embeddedNormal(4000, dimension: 2, columnCount: 3)
  let usual = try #require(IntrinsicDimension(of: rows))
  #expect(usual.rowCount == IntrinsicDimension.defaultRowLimit)
  let sampled = try #require(IntrinsicDimension(of: rows, rowLimit: 500, seed: 1))
  #expect(sampled.rowCount == 500)
  #expect(sampled == IntrinsicDimension(of: rows, rowLimit: 500, seed: 1))
  #expect(sampled != IntrinsicDimension(of: rows, rowLimit: 500, seed: 2))
}

@Test func `the number of threads changes no bit`() throws {
  let rows = embeddedNormal(700, dimension: 4, columnCount: 30)
  let one = try #require(IntrinsicDimension(of: rows, threads: 1))
  for threads in [2, 3, 8] { #expect(IntrinsicDimension(of: rows, threads: threads) == one) }
}

@Test func `too few different rows have no dimension`() {
  let rows = embeddedNormal(20, dimension: 2, columnCount: 3)
  #expect(IntrinsicDimension(of: rows)?.rowCount == 20)
  #expect(IntrinsicDimension(of: rows.rows(at: Array(0..<19))) == nil)
  #expect(IntrinsicDimension(of: rows.rows(at: (0..<100).map { $0 % 19 })) == nil)
  #expect(IntrinsicDimension(of: rows, rowLimit: 19) == nil)
  #expect(IntrinsicDimension(of: Matrix(repeating: 3, rowCount: 100, columnCount: 2)) == nil)
  for rowCount in 0...3 {
    #expect(IntrinsicDimension(of: rows.rows(at: Array(0..<rowCount))) == nil)
  }
  #expect(IntrinsicDimension(of: Matrix(rowCount: 50, columnCount: 0)) == nil)
}

@Test func `rows on a grid have no dimension, since both neighbours are equally near`() {
  let grid = Matrix<Double>(rows: (0..<100).map { [Double($0 % 10), Double($0 / 10)] })
  #expect(IntrinsicDimension(of: grid) == nil)
}

@Test func `the line goes through the origin and the lowest nine tenths of the points`() throws {
  // Sixteen pairs of neighbours 1 apart at places 0, 10, 30, 60, …: within a pair r₁ = 1; r₂ is
  // the distance to the nearest row of the nearer pair.
  let starts = (0..<16).map { Double(5 * $0 * ($0 + 1)) }
  let places = starts.flatMap { [$0, $0 + 1] }
  var ratios = places.map { place in
    places.map { abs($0 - place) }.sorted()[2]
  }
  ratios.sort()
  var (products, squares) = (0.0, 0.0)
  for (index, ratio) in ratios.prefix(28).enumerated() {
    products += log(ratio) * -log(1 - Double(index + 1) / 32)
    squares += log(ratio) * log(ratio)
  }
  let dimension = try #require(IntrinsicDimension(of: Matrix(rows: places.map { [$0] })))
  #expect(abs(dimension.value - products / squares) < 1e-12)
}
