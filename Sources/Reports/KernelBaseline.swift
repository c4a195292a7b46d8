import LatentModels
import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// Kernel PCA as an analyst would tune it, to stand beside the other two methods.
///
/// The width of the kernel and the ridge of the way back are searched on a fifth of the training
/// rows, for each number of components by itself; then all of them are fitted, evenly spaced when
/// they are very many. Missing cells take the column's mean: the method knows no others.
struct KernelBaseline {
  /// A kernel matrix has the square of so many entries.
  static let rowLimit = 2000
  private static let searchLimit = 800
  /// Over the number of features, which squared distances of standardised rows grow with.
  private static let widths = [0.03, 0.1, 0.3, 1, 3]
  private static let ridges = [1e-3, 1e-2, 1e-1, 1]

  let componentCount: Int

  /// - Throws: `PCAError` when there are not more rows than components.
  func fit(_ training: PreparedSamples) throws -> FittedKernelPCA {
    let rows = training.evenlySpaced(limit: KernelBaseline.rowLimit).values
    let (gamma, ridge) = try settings(for: training)
    return try KernelPCA(componentCount: componentCount, gamma: gamma, ridge: ridge).fit(rows)
  }

  /// The settings that give rows not fitted on back best.
  private func settings(for training: PreparedSamples) throws -> (gamma: Double, ridge: Double) {
    let sample = training.evenlySpaced(limit: KernelBaseline.searchLimit).values
    let heldOut = stride(from: 2, to: sample.rowCount, by: 5).map(\.self)
    let chosen = Set(heldOut)
    let rows = sample.rows(at: (0..<sample.rowCount).filter { !chosen.contains($0) })
    let judged = sample.rows(at: heldOut)
    let features = Double(max(1, sample.columnCount))
    var best = (gamma: 1 / features, ridge: KernelBaseline.ridges[1], error: Double.infinity)
    guard rows.rowCount > componentCount, judged.rowCount > 0 else {
      return (best.gamma, best.ridge)
    }
    for width in KernelBaseline.widths {
      let components = try KernelComponents(rows, gamma: width / features, limit: componentCount)
      for ridge in KernelBaseline.ridges {
        let model = try components.fit(componentCount: componentCount, ridge: ridge)
        let back = model.inverseTransform(model.transform(judged))
        var error = 0.0
        for (original, own) in zip(judged.elements, back.elements) {
          error += (original - own) * (original - own)
        }
        if error < best.error { best = (width / features, ridge, error) }
      }
    }
    return (best.gamma, best.ridge)
  }
}

extension FittedKernelPCA: LatentModel {
  public var isOrdered: Bool { false }

  public func encode(_ samples: PreparedSamples, components: Int) throws -> Matrix<Double> {
    transform(samples.values)
  }

  public func decode(_ latents: Matrix<Double>) throws -> Matrix<Double> {
    inverseTransform(latents)
  }
}
