import LinearAlgebra

/// A subspace in which the largest principal axes of some rows can be found: it grows by a block of
/// directions with each pass over the rows.
///
/// It begins with random directions Q₀ and goes on with what the covariance C makes of the latest
/// ones, each block orthogonal to those before: the span of Q₀, CQ₀, C²Q₀, … in which powers of the
/// covariance have long made the large axes stand out.
///
/// - Note: Halko, Martinsson, Shkolnisky and Tygert (2011), doi:10.1137/100804139, keep the blocks of
///   all powers as here; the range finder is that of Halko, Martinsson and Tropp (2011),
///   doi:10.1137/090771806.
struct KrylovSubspace {
  /// Orthonormal rows, `[directions, features]`.
  private(set) var basis: Matrix<Double>
  /// The covariance times each direction, one per row.
  private var images: Matrix<Double>
  /// The covariance within the subspace, `[directions, directions]`, in its upper triangle.
  private var projection: Matrix<Double>
  /// The directions of the next pass.
  private var latest: Matrix<Double>

  /// - Parameter start: Any independent rows, `[directions, features]`.
  init(start: consuming Matrix<Double>) throws {
    basis = Matrix(rowCount: 0, columnCount: start.columnCount)
    images = basis
    projection = Matrix(rowCount: 0, columnCount: 0)
    latest = try SingularValues(start).right
  }

  /// The best axes within the subspace (Rayleigh and Ritz).
  struct Axes {
    /// Largest first; none exceeds the true variance of its rank.
    let variances: [Double]
    /// Orthonormal rows.
    let vectors: Matrix<Double>
    /// The length of Cv − θv for each axis v of variance θ: a true variance lies within it of θ.
    let residuals: [Double]
  }

  /// Takes in what the covariance makes of the latest directions.
  ///
  /// - Parameter multiply: Rows times the covariance, `[directions, features]` to the same.
  mutating func grow(_ multiply: (Matrix<Double>) throws -> Matrix<Double>) throws {
    let product = try multiply(latest)
    basis.append(latest)
    images.append(product)
    latest = product
    let old = projection
    let columns = basis.multiplied(byTransposed: product)
    projection = Matrix(rowCount: basis.rowCount, columnCount: basis.rowCount)
    for row in 0..<basis.rowCount {
      for column in row..<basis.rowCount {
        projection[row, column] =
          column < old.columnCount
          ? old[row, column] : columns[row, column - old.columnCount]
      }
    }
  }

  /// The first axes, of all that the passes so far can tell.
  func axes(count: Int) throws -> Axes {
    let eigen = try SymmetricEigen(projection)
    let weights = eigen.vectors.rows(at: Array(0..<count))
    let vectors = weights.multiplied(by: basis)
    let products = weights.multiplied(by: images)
    let residuals = (0..<count).map { axis in
      var squares = 0.0
      for feature in 0..<basis.columnCount {
        let rest = products[axis, feature] - eigen.values[axis] * vectors[axis, feature]
        squares += rest * rest
      }
      return squares.squareRoot()
    }
    return Axes(
      variances: Array(eigen.values.prefix(count)), vectors: vectors, residuals: residuals)
  }

  /// Makes the latest directions orthonormal and orthogonal to all before.
  ///
  /// - Parameter scale: The largest variance; what is left of a direction below 1e-13 of it is noise.
  /// - Returns: False when nothing new is left: the subspace holds its axes exactly.
  mutating func turnAside(scale: Double) throws -> Bool {
    // Twice is enough: what rounding leaves of the old directions the first time is gone then.
    for round in 0..<2 {
      let overlap = latest.multiplied(byTransposed: basis)
      let old = overlap.multiplied(by: basis)
      for place in latest.elements.indices { latest.elements[place] -= old.elements[place] }
      let decomposition = try SingularValues(latest)
      let threshold = round == 0 ? 1e-13 * scale : 0.5
      let count = decomposition.values.prefix { $0 > threshold }.count
      latest = decomposition.right.rows(at: Array(0..<count))
      if count == 0 { return false }
    }
    let room = basis.columnCount - basis.rowCount
    if latest.rowCount > room { latest = latest.rows(at: Array(0..<room)) }
    return room > 0
  }
}

extension Matrix where Scalar == Double {
  fileprivate mutating func append(_ rows: Matrix) {
    self = Matrix(
      rowCount: rowCount + rows.rowCount, columnCount: columnCount,
      elements: elements + rows.elements)
  }
}
