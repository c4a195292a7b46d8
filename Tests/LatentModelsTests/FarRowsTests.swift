import LatentModels
import LinearAlgebra
import Preprocessing
import Tables
import Testing

/// Cells that a Float64 holds, but not their distance from the mean in standard deviations: found by
/// fuzzing, as they gave infinite latents.
@Suite struct FarRowsTests {
  /// Two curved columns, hundredths wide.
  private func table(_ values: [Double]) -> Table {
    func column(_ name: String, _ numbers: [Double]) -> Column {
      Column(schema: ColumnSchema(name: name, kind: .number), values: .numbers(numbers))
    }
    return Table(columns: [
      column("a", values.map { $0 / 100 }), column("b", values.map { ($0 + $0 * abs($0)) / 100 }),
    ])
  }

  /// A row between two that are like the training rows.
  private func far(_ value: Double) -> Table {
    let near = table([1, -1])
    return Table(
      columns: near.columns.map { column in
        guard case .numbers(let numbers) = column.values else { return column }
        return Column(schema: column.schema, values: .numbers([numbers[0], value, numbers[1]]))
      })
  }

  /// - Parameter containsPCA: Whether linear components may stand in for the network's.
  private func model(_ method: Method, containsPCA: Bool = true) throws -> TableModel {
    var settings = AutoencoderSettings()
    settings.hiddenLayers = [.init(units: 8, activation: .tanh)]
    settings.hasLinearPath = containsPCA
    settings.epochs = 5
    return try TableModelFitting(
      method: method, componentCount: 2, validationFraction: 0.2, autoencoder: settings
    ).fit(table((0..<80).map { Double($0) / 20 - 2 }))
  }

  @Test(
    arguments: [(Method.pca, true), (.autoencoder, true), (.autoencoder, false)],
    [1.7e308, -1.7e308])
  func `a row beyond arithmetic is refused by its number`(
    fit: (method: Method, containsPCA: Bool), value: Double
  ) throws {
    let model = try model(fit.method, containsPCA: fit.containsPCA)
    let rows = far(value)
    func refusal(_ work: () throws -> Void) -> PreprocessingError.Problem? {
      do {
        try work()
        return nil
      } catch {
        return (error as? PreprocessingError)?.problem
      }
    }
    #expect(refusal { _ = try model.encode(rows) } == .outOfRange(row: 2))
    #expect(refusal { _ = try RowScorer(model).scores(rows) } == .outOfRange(row: 2))
    let cleaner = try RowCleaner(model, onlyMissing: false)
    #expect(refusal { _ = try cleaner.cleaned(rows) } == .outOfRange(row: 2))
    let latents = Matrix(rows: [[0, 0], [0, 0], [value, value]])
    #expect(refusal { _ = try model.decode(latents) } == .outOfRange(row: 3))
    #expect(refusal { _ = try model.encode(far(1000)) } == nil)
  }
}
