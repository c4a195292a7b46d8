import LinearAlgebra
import Tables

/// A table as a matrix and back, as learnt from training rows.
public struct FittedPreprocessor: Codable, Sendable, Equatable {
  /// The columns that the model knows, in their order in the training table.
  public let schema: TableSchema
  /// How each column of ``schema`` is coded.
  public let codings: [ColumnCoding]
  /// Identifiers and free text, which no model can use.
  public let leftOut: [ColumnSchema]
  public let scaling: Scaling
  /// Of pictures their size and scale; nil for any other table.
  public let pixels: PixelColumns?

  init(
    schema: TableSchema, codings: [ColumnCoding], leftOut: [ColumnSchema], scaling: Scaling,
    pixels: PixelColumns? = nil
  ) {
    self.schema = schema
    self.codings = codings
    self.leftOut = leftOut
    self.scaling = scaling
    self.pixels = pixels
  }

  /// Itself, or nil when it was read from a file whose parts do not agree.
  ///
  /// Whatever a file claims, no later step may divide by zero or reach outside an array.
  public var checked: FittedPreprocessor? {
    guard schema.columns.count == codings.count, usableColumnCount > 0,
      Set(schema.columns.map(\.name)).count == schema.columns.count,
      pixels?.fits(codings) ?? true
    else { return nil }
    let agree = zip(schema.columns, codings).allSatisfy { column, coding in
      let isNumber = column.kind == .number || column.kind == .date
      let isCategory = column.kind == .category || column.kind == .boolean
      switch coding {
      case .scaled(let center, let scale, _):
        return isNumber && center.isFinite && scale.isFinite && scale > 0
      case .oneHot(let shares):
        return isCategory && shares.count == column.levels.count && shares.count > 1
          && shares.allSatisfy { $0 > 0 && $0 <= 1 }
      case .constantNumber(let number): return isNumber && number.isFinite
      case .constantLevel(let level): return isCategory && column.levels.indices.contains(level)
      case .neverObserved: return isNumber || isCategory
      }
    }
    return agree ? self : nil
  }

  /// The columns of the prepared matrix.
  public var featureCount: Int { codings.reduce(0) { $0 + $1.featureCount } }

  /// The number of columns that vary: what a model can explain.
  public var usableColumnCount: Int { codings.count { !$0.isConstant } }

  /// A name for each feature: the column's, or `column=level` for a level of a category.
  public var featureNames: [String] {
    zip(schema.columns, codings).flatMap { column, coding in
      switch coding {
      case .scaled: [column.name]
      case .oneHot: column.levels.map { "\(column.name)=\($0)" }
      case .constantNumber, .constantLevel, .neverObserved: [String]()
      }
    }
  }

  /// The features that hold numbers, with mean and standard deviation of the feature itself.
  ///
  /// Explained variance counts these and no categories. Pixels are all of one unit, so that each has
  /// the deviation of them all: else one that is lit once in a thousand pictures would weigh as much
  /// as a whole stroke.
  public var numberFeatures: [NumberFeature] {
    var features: [NumberFeature] = []
    var position = 0
    let common = pixels == nil ? nil : commonDeviation
    for (column, coding) in codings.enumerated() {
      if case .scaled(let center, let scale, let statistics) = coding {
        features.append(
          NumberFeature(
            position: position, column: column, mean: (statistics.mean - center) / scale,
            standardDeviation: (common ?? statistics.standardDeviation) / scale))
      }
      position += coding.featureCount
    }
    return features
  }

  /// The root of the mean variance of the columns of numbers.
  private var commonDeviation: Double {
    let variances = codings.compactMap { coding -> Double? in
      guard case .scaled(_, let scale, let statistics) = coding else { return nil }
      // In units of the scale, so that no square is too large.
      return statistics.standardDeviation / scale * (statistics.standardDeviation / scale)
    }
    guard case .scaled(_, let scale, _)? = codings.first else { return 0 }
    return (variances.reduce(0, +) / Double(max(1, variances.count))).squareRoot() * scale
  }

  /// Turns rows into features; missing cells become 0 and are masked.
  ///
  /// - Parameter table: Has the columns of ``schema``, in any order; others are passed over.
  /// - Complexity: O(samples × features) time and memory.
  public func prepare(_ table: Table) -> PreparedSamples {
    let columns = Dictionary(
      table.columns.map { ($0.schema.name, $0) }, uniquingKeysWith: { first, _ in first })
    let sources = schema.columns.map { known in
      guard let column = columns[known.name] else {
        preconditionFailure("a table must have the model's column '\(known.name)'")
      }
      return column.values
    }
    let width = featureCount
    var values = Matrix<Double>(rowCount: table.rowCount, columnCount: width)
    var missing: [(row: Int, feature: Int, count: Int)] = []
    // Some rows at a time, so that they stay in the cache while their columns are filled.
    for first in stride(from: 0, to: table.rowCount, by: 64) {
      let rows = first..<min(first + 64, table.rowCount)
      var feature = 0
      for (coding, source) in zip(codings, sources) {
        switch (coding, source) {
        case (.scaled(let center, let scale, _), .numbers(let numbers)):
          let isComplete = values.setColumn(
            feature, rows: rows, to: numbers, less: center, over: scale)
          if !isComplete {
            missing += rows.filter { numbers[$0].isNaN }.map { ($0, feature, 1) }
          }
        case (.oneHot(let shares), .codes(let codes)):
          let units = shares.map { ColumnCoding.unit(share: $0, levelCount: shares.count) }
          for row in rows {
            guard codes[row] >= 0 else {
              missing.append((row, feature, shares.count))
              continue
            }
            for level in shares.indices {
              values[row, feature + level] =
                ((Int(codes[row]) == level ? 1 : 0) - shares[level]) * units[level]
            }
          }
        case (.constantNumber, _), (.constantLevel, _), (.neverObserved, _): break
        default: preconditionFailure("a column is not of its model's kind")
        }
        feature += coding.featureCount
      }
    }
    guard !missing.isEmpty else { return PreparedSamples(values: values) }
    var observed = Mask(
      rowCount: table.rowCount, columnCount: width,
      isObserved: Array(repeating: true, count: table.rowCount * width))
    for cell in missing {
      for feature in cell.feature..<cell.feature + cell.count {
        observed[cell.row, feature] = false
      }
    }
    return PreparedSamples(values: values, observed: observed)
  }

  /// Turns features back into the table's columns, in their order, kinds and units.
  ///
  /// A category becomes its likeliest level; a constant column its constant.
  ///
  /// - Parameter features: Shape `[samples, features]`.
  public func restore(_ features: Matrix<Double>) -> Table {
    precondition(features.columnCount == featureCount, "features must be the model's")
    let rows = 0..<features.rowCount
    var columns: [Column] = []
    var feature = 0
    for (schema, coding) in zip(schema.columns, codings) {
      let values: ColumnValues
      switch coding {
      case .scaled(let center, let scale, _):
        values = .numbers(rows.map { features[$0, feature] * scale + center })
      case .oneHot(let shares):
        let levels = feature..<feature + shares.count
        values = .codes(
          rows.map { Int32(coding.likeliestLevel(in: features, row: $0, features: levels)) })
      case .constantNumber(let number):
        values = .numbers(Array(repeating: number, count: features.rowCount))
      case .constantLevel(let level):
        values = .codes(Array(repeating: Int32(level), count: features.rowCount))
      case .neverObserved:
        switch schema.kind {
        case .boolean, .category:
          values = .codes(Array(repeating: -1, count: features.rowCount))
        case .number, .date, .identifier, .text:
          values = .numbers(Array(repeating: .nan, count: features.rowCount))
        }
      }
      columns.append(Column(schema: schema, values: values))
      feature += coding.featureCount
    }
    return Table(columns: columns)
  }
}

/// A feature that holds a column of numbers.
public struct NumberFeature: Sendable, Equatable {
  /// Position among the features.
  public let position: Int
  /// Position among the columns of the schema.
  public let column: Int
  /// Mean of the feature over the training rows.
  public let mean: Double
  /// Standard deviation of the feature over the training rows, divided by the count.
  public let standardDeviation: Double
}
