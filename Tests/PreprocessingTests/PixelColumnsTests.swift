import Preprocessing
import Tables
import Testing

private func pixels(_ columns: [[Double]]) -> Table {
  Table(
    columns: columns.enumerated().map {
      Column(
        schema: ColumnSchema(name: "pixel_0_\($0)", kind: .number), values: .numbers($1))
    })
}

private func fitted(_ table: Table) throws -> FittedPreprocessor {
  try Preprocessor(image: ImageShape(height: 1, width: table.columns.count)).fit(table)
}

@Test func `all pixels are scaled alike, those that never vary too`() throws {
  let table = pixels([[0, 0], [51, 255], [102, 204]])
  let preprocessor = try fitted(table)
  let samples = preprocessor.prepare(table)
  #expect(samples.values.elements == [0, 0.2, 0.4, 0, 1, 0.8])
  #expect(preprocessor.featureCount == 3)
  #expect(preprocessor.restore(samples.values) == table)
}

@Test func `pixels from 0 to 1 stay as they are, and others go to it`() throws {
  let ones = pixels([[0, 1], [0.25, 0.5]])
  #expect(try fitted(ones).prepare(ones).values.elements == [0, 0.25, 1, 0.5])
  let signed = pixels([[-1, 1], [0, 0.5]])
  #expect(try fitted(signed).prepare(signed).values.elements == [0, 0.5, 1, 0.75])
}

@Test func `a missing pixel is masked and a pixel never seen is black`() throws {
  let table = pixels([[0, .nan], [.nan, .nan], [10, 255]])
  let preprocessor = try fitted(table)
  let samples = preprocessor.prepare(table)
  #expect(samples.observed?.isObserved == [true, false, true, false, false, true])
  #expect(preprocessor.featureCount == 3)
}

@Test func `each pixel has the deviation of them all`() throws {
  // Variances 0, 0.25 and 0.01, of pixels from 0 to 1.
  let preprocessor = try fitted(pixels([[0.5, 0.5], [0, 1], [0.3, 0.5]]))
  for feature in preprocessor.numberFeatures {
    #expect(abs(feature.standardDeviation - (0.26 / 3).squareRoot()) < 1e-12)
  }
  #expect(preprocessor.numberFeatures.map(\.mean) == [0.5, 0.5, 0.4])
}

@Test func `pictures that are all one colour are refused`() {
  #expect(throws: PreprocessingError.self) { try fitted(pixels([[5, 5], [7, 7]])) }
  #expect(throws: PreprocessingError.self) { try fitted(pixels([[-1e308, 1e308]])) }
}
