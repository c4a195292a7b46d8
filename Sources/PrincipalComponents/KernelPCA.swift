import Glibc
import LinearAlgebra

/// Kernel principal component analysis with the Gaussian kernel exp(−γ |x − y|²).
///
/// Linear PCA in the space that the kernel stands for: the scores are projections on the leading
/// eigenvectors of the centred kernel matrix of the training rows. There is no way back from them
/// but a learnt one, a kernel ridge regression from scores to rows.
///
/// - Note: Schölkopf, Smola and Müller (1998), doi:10.1162/089976698300017467; the way back after
///   Bakır, Weston and Schölkopf (2003). The same numbers as scikit-learn's `KernelPCA`.
public struct KernelPCA: Sendable {
  public var componentCount: Int
  /// γ, over the squared unit of the features.
  public var gamma: Double
  /// What is added to the diagonal of the regression's kernel matrix, above 0.
  public var ridge: Double

  public init(componentCount: Int, gamma: Double, ridge: Double) {
    self.componentCount = componentCount
    self.gamma = gamma
    self.ridge = ridge
  }

  /// - Parameter samples: Shape `[samples, features]`, finite.
  /// - Complexity: O(n³ + n²·p) time and three n × n matrices.
  /// - Throws: ``PCAError`` when there are not more rows than components, `LinearAlgebraError` when
  ///   a number is not finite.
  public func fit(_ samples: Matrix<Double>) throws -> FittedKernelPCA {
    try KernelComponents(samples, gamma: gamma, limit: componentCount)
      .fit(componentCount: componentCount, ridge: ridge)
  }
}

/// The leading components of a kernel matrix: fitted once, they serve every smaller number and
/// every ridge.
public struct KernelComponents: Sendable {
  let rows: Matrix<Double>
  let gamma: Double
  /// The mean of each column of the kernel matrix, and of all of it.
  let columnMeans: [Double]
  let mean: Double
  /// Eigenvectors over the root of their eigenvalue, `[components, rows]`.
  let axes: Matrix<Double>
  /// Scores of the rows themselves, `[rows, components]`.
  let scores: Matrix<Double>

  /// - Parameter limit: How many components at most.
  public init(_ samples: Matrix<Double>, gamma: Double, limit: Int) throws {
    let count = samples.rowCount
    guard limit >= 1, limit < count else {
      throw PCAError(
        .componentCount(requested: limit, rowCount: count - 1, columnCount: count - 1))
    }
    rows = samples
    self.gamma = gamma
    var kernel = samples.gaussianKernel(with: samples, gamma: gamma)
    let columnMeans = (0..<count).map { row in
      kernel.elements[row * count..<(row + 1) * count].reduce(0, +) / Double(count)
    }
    let mean = columnMeans.reduce(0, +) / Double(count)
    for row in 0..<count {
      for column in 0..<count {
        kernel[row, column] += mean - columnMeans[row] - columnMeans[column]
      }
    }
    self.columnMeans = columnMeans
    self.mean = mean
    let eigen = try SymmetricEigen(kernel)
    let largest = eigen.values[0]
    var axes = Matrix<Double>(rowCount: limit, columnCount: count)
    var scores = Matrix<Double>(rowCount: count, columnCount: limit)
    for component in 0..<limit {
      // A direction without variance has no scale, and its scores are 0.
      let value = eigen.values[component] > 1e-12 * largest ? eigen.values[component] : 0
      let root = value.squareRoot()
      for row in 0..<count {
        let entry = eigen.vectors[component, row]
        axes[component, row] = root > 0 ? entry / root : 0
        scores[row, component] = entry * root
      }
    }
    self.axes = axes
    self.scores = scores
  }

  /// The model of the first components, with a way back of its own.
  ///
  /// - Complexity: O(n³) time.
  public func fit(componentCount: Int, ridge: Double) throws -> FittedKernelPCA {
    precondition(
      (1...axes.rowCount).contains(componentCount), "components are those that were found")
    let kept = scores.columns(at: Array(0..<componentCount))
    var kernel = kept.gaussianKernel(with: kept, gamma: gamma)
    for row in 0..<kernel.rowCount { kernel[row, row] += ridge }
    return FittedKernelPCA(
      components: self, scores: kept, wayBack: try Cholesky(kernel).solve(rows.transposed))
  }
}

/// Kernel principal components found in some rows.
public struct FittedKernelPCA: Sendable {
  private let components: KernelComponents
  /// Of the training rows, `[rows, components]`.
  private let scores: Matrix<Double>
  /// The regression's weights, `[features, rows]`.
  private let wayBack: Matrix<Double>

  init(components: KernelComponents, scores: Matrix<Double>, wayBack: Matrix<Double>) {
    self.components = components
    self.scores = scores
    self.wayBack = wayBack
  }

  public var componentCount: Int { scores.columnCount }
  public var featureCount: Int { wayBack.rowCount }

  /// The numbers that the model has to keep.
  public var parameterCount: Int {
    2 * wayBack.elements.count + 2 * scores.elements.count + components.columnMeans.count
  }

  /// - Parameter samples: Shape `[samples, features]`.
  /// - Returns: Scores, `[samples, components]`.
  /// - Complexity: O(m·n·(p + k)) time for m samples, and an m × n matrix.
  public func transform(_ samples: Matrix<Double>) -> Matrix<Double> {
    var kernel = samples.gaussianKernel(with: components.rows, gamma: components.gamma)
    for row in 0..<kernel.rowCount {
      let range = row * kernel.columnCount..<(row + 1) * kernel.columnCount
      let own = kernel.elements[range].reduce(0, +) / Double(kernel.columnCount)
      for column in 0..<kernel.columnCount {
        kernel[row, column] += components.mean - own - components.columnMeans[column]
      }
    }
    return kernel.multiplied(
      byTransposed: components.axes.rows(at: Array(0..<componentCount)))
  }

  /// - Parameter latents: Scores, `[samples, components]`.
  /// - Returns: Rows, `[samples, features]`.
  public func inverseTransform(_ latents: Matrix<Double>) -> Matrix<Double> {
    latents.gaussianKernel(with: scores, gamma: components.gamma).multiplied(byTransposed: wayBack)
  }
}

extension Matrix<Double> {
  /// exp(−γ |x − y|²) of each row x here and each row y there.
  fileprivate func gaussianKernel(with other: Matrix<Double>, gamma: Double) -> Matrix<Double> {
    var kernel = multiplied(byTransposed: other)
    let own = squaredNorms
    let others = other.squaredNorms
    for row in 0..<rowCount {
      for column in 0..<other.rowCount {
        // Rounding may leave a distance just below zero.
        let distance = Swift.max(0, own[row] + others[column] - 2 * kernel[row, column])
        kernel[row, column] = exp(-gamma * distance)
      }
    }
    return kernel
  }

  private var squaredNorms: [Double] {
    (0..<rowCount).map { row in
      elements[row * columnCount..<(row + 1) * columnCount].reduce(0) { $0 + $1 * $1 }
    }
  }
}
