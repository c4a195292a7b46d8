import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables

extension TableModel {
  /// What linear components are made of; nil for other models.
  ///
  /// One row for each feature: a column of numbers, or a level of a category (`column=level`).
  /// Constant columns have no part in the components and no row.
  ///
  /// - `mean`: of the training rows, in the column's own unit; of a level, the share of rows.
  /// - `scale`: what a number, less its mean, is divided by to become the feature.
  /// - `communality`: the share of the feature's variance that all components together explain.
  /// - `loading_j`: the entry of axis j times the root of its variance. Scores without whitening
  ///   are Σ (number − mean) / scale · loading_j / √variance_j.
  /// - `correlation_j`: of the feature and component j, the loading over the feature's deviation;
  ///   equal to the loading, up to the divisor n − 1, where columns are standardised. With missing
  ///   cells the loadings are those of the likeliest model and the deviation that of the observed
  ///   cells, so that it is an estimate.
  public var loadings: Table? {
    guard let pca = latentModel as? FittedPCA else { return nil }
    let features = preprocessor.features
    let loadings = pca.loadings
    // The variances of components have the divisor n − 1, those of columns n.
    let count = Double(pca.sampleCount)
    let unbiased = (count / (count - 1)).squareRoot()
    var correlations = loadings
    var communalities: [Double] = []
    for (row, feature) in features.enumerated() {
      var sum = 0.0
      for component in 0..<pca.componentCount {
        correlations[row, component] /= feature.standardDeviation * unbiased
        sum += correlations[row, component] * correlations[row, component]
      }
      communalities.append(sum)
    }
    func numbers(_ name: String, _ values: [Double]) -> Column {
      Column(schema: ColumnSchema(name: name, kind: .number), values: .numbers(values))
    }
    func columns(_ name: String, of matrix: Matrix<Double>) -> [Column] {
      (0..<pca.componentCount).map { component in
        numbers("\(name)_\(component + 1)", features.indices.map { matrix[$0, component] })
      }
    }
    let names = Column(
      schema: ColumnSchema(name: "feature", kind: .text), values: .texts(features.map(\.name)))
    return Table(
      columns: [
        names,
        numbers("mean", zip(features, pca.mean).map { $0.center + $0.scale * $1 }),
        numbers("scale", features.map(\.scale)),
        numbers("communality", communalities),
      ] + columns("loading", of: loadings) + columns("correlation", of: correlations))
  }
}
