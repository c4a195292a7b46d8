import LatentModels
import LinearAlgebra
import Preprocessing
import PrincipalComponents
import Tables

/// The first components of rows as points, with the loadings of linear ones as arrows.
public struct ScatterPlot: Sendable {
  /// A column that a linear component is made of, as an arrow from the origin.
  struct Arrow: Sendable, Equatable {
    var name: String
    var end: [Double]
  }

  /// More points than this hide each other.
  public static let rowLimit = 5000
  /// More arrows than this cannot be read: the longest are drawn.
  static let arrowLimit = 12

  let title: String
  /// What each axis shows, one to three.
  let axes: [String]
  /// A row's place on each axis.
  let points: [[Double]]
  let colors: RowColors?
  let arrows: [Arrow]

  /// - Parameters:
  ///   - components: The axes, 1 to 3, at most those that the model serves.
  ///   - color: A column as long as the table.
  ///   - name: The table's, for the title.
  /// - Complexity: Encodes ``rowLimit`` rows at most, evenly spaced over the table.
  /// - Throws: ``ComparisonError`` for a colour column of too many words, and what encoding throws.
  public init(
    _ table: Table, model: TableModel, components: Int, color: Column?, name: String
  ) throws {
    let rows = Array(0..<table.rowCount).evenlySpaced(limit: ScatterPlot.rowLimit)
    // As 'transform --components' gives them, where the model serves fewer than all.
    let isServed = model.latentModel.lengths.contains(components)
    let latents = try model.encode(
      table.rows(at: rows), components: isServed ? components : model.latentModel.componentCount)
    colors = try color.map { try RowColors($0).rows(at: rows) }
    points = (0..<latents.rowCount).map { row in
      (0..<components).map { rounded(latents[row, $0]) }
    }
    title =
      rows.count < table.rowCount
      ? "\(name): \(grouped(rows.count)) of \(grouped(table.rowCount)) rows"
      : "\(name): \(counted(rows.count, "row"))"
    axes = (0..<components).map { ScatterPlot.label($0, of: model) }
    arrows = ScatterPlot.arrows(of: model, components: components, around: points)
  }

  /// A component's name and what it adds on held-out rows.
  private static func label(_ component: Int, of model: TableModel) -> String {
    let name = model.latentNames[component]
    let reports = model.report.components
    guard reports.first?.components == 1, reports.indices.contains(component),
      let explained = reports[component].explainedVariance
    else { return name }
    if component == 0 { return "\(name), explains \(shortDecimal(explained, digits: 3))" }
    guard let before = reports[component - 1].explainedVariance else { return name }
    return "\(name), adds \(shortDecimal(explained - before, digits: 3))"
  }

  /// The longest loadings, at a common scale at which they reach four fifths of the way out.
  private static func arrows(
    of model: TableModel, components: Int, around points: [[Double]]
  ) -> [Arrow] {
    guard let pca = model.latentModel as? FittedPCA else { return [] }
    let loadings = pca.loadings
    func length(_ values: [Double]) -> Double {
      values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let all = model.preprocessor.featureNames.enumerated().map { row, name in
      Arrow(name: name, end: (0..<components).map { loadings[row, $0] })
    }
    let longest = all.sorted { (length($0.end), $1.name) > (length($1.end), $0.name) }
      .prefix(arrowLimit)
    guard let most = longest.first.map({ length($0.end) }), most > 0 else { return [] }
    let reach = points.reduce(0) { max($0, length($1)) }
    return longest.map { arrow in
      Arrow(name: arrow.name, end: arrow.end.map { rounded($0 / most * 0.8 * reach) })
    }
  }
}
