import Kernels
import Testing

@Suite struct NormalEquationsTests {
  private func solution(
    _ matrix: [Double], _ vector: [Double], damping: Double
  ) -> [Double]? {
    var factors = [Double](repeating: .nan, count: matrix.count)
    var x = [Double](repeating: .nan, count: vector.count)
    let isSolved = unsafe aepca_solve_damped(
      vector.count, matrix, vector, damping, &factors, &x)
    return isSolved == 0 ? nil : x
  }

  /// By hand: (4 + 1·(4 + 1e-6)) x = 16.
  @Test func `one unknown is a division`() throws {
    let x = try #require(solution([4], [16], damping: 1))
    #expect(abs(x[0] - 16 / (8 + 1e-6)) < 1e-15)
  }

  @Test(arguments: [1, 2, 3, 8, 17], [0.0, 0.01, 3])
  func `the damped equations hold for what was found`(count: Int, damping: Double) throws {
    // G Gᵀ + 1 of a random G is symmetric and positive definite.
    let g = random(count * count, seed: UInt64(count)).map { Double($0) }
    var matrix = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0..<count {
        matrix[row * count + column] = row == column ? 1 : 0
        for inner in 0..<count {
          matrix[row * count + column] += g[row * count + inner] * g[column * count + inner]
        }
      }
    }
    let vector = random(count, seed: 99).map { Double($0) }
    let x = try #require(solution(matrix, vector, damping: damping))
    for row in 0..<count {
      let diagonal = matrix[row * count + row]
      let sum = (0..<count).reduce(damping * (diagonal + 1e-6) * x[row]) {
        $0 + matrix[row * count + $1] * x[$1]
      }
      #expect(abs(sum - vector[row]) < 1e-12)
    }
  }

  @Test func `what is not positive definite has no solution`() {
    #expect(solution([1, 2, 2, 1], [1, 1], damping: 0) == nil)
    #expect(solution([.nan], [1], damping: 1) == nil)
    #expect(solution([1, 2, 2, 1], [1, 1], damping: 2) != nil)
  }
}
