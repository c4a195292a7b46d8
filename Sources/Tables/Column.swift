/// The cells of a column.
public enum ColumnValues: Sendable {
  /// Numbers, and dates as days since 1970-01-01; NaN is missing.
  case numbers([Double])
  /// Categories and booleans: positions in the schema's levels; -1 is missing.
  case codes([Int32])
  /// Identifiers and free text; nil is missing.
  case texts([String?])

  public var count: Int {
    switch self {
    case .numbers(let numbers): numbers.count
    case .codes(let codes): codes.count
    case .texts(let texts): texts.count
    }
  }

  /// The cells of some consecutive rows.
  public func cells(_ rows: Range<Int>) -> ColumnValues {
    switch self {
    case .numbers(let numbers): .numbers(Array(numbers[rows]))
    case .codes(let codes): .codes(Array(codes[rows]))
    case .texts(let texts): .texts(Array(texts[rows]))
    }
  }

  public func isMissing(_ row: Int) -> Bool {
    switch self {
    case .numbers(let numbers): numbers[row].isNaN
    case .codes(let codes): codes[row] < 0
    case .texts(let texts): texts[row] == nil
    }
  }
}

extension ColumnValues: Equatable {
  /// Cell by cell; a missing number equals a missing number.
  public static func == (left: ColumnValues, right: ColumnValues) -> Bool {
    switch (left, right) {
    case (.numbers(let left), .numbers(let right)):
      left.elementsEqual(right) { $0 == $1 || $0.isNaN && $1.isNaN }
    case (.codes(let left), .codes(let right)): left == right
    case (.texts(let left), .texts(let right)): left == right
    default: false
    }
  }
}

/// A named column of one kind.
public struct Column: Sendable, Equatable {
  public var schema: ColumnSchema
  /// Numbers for kinds number and date, codes for category and boolean, texts for the others.
  public var values: ColumnValues

  public init(schema: ColumnSchema, values: ColumnValues) {
    let fits =
      switch (schema.kind, values) {
      case (.number, .numbers), (.date, .numbers), (.category, .codes), (.boolean, .codes),
        (.identifier, .texts), (.text, .texts):
        true
      default: false
      }
    precondition(fits, "the values of column '\(schema.name)' are not of kind \(schema.kind)")
    precondition(
      schema.kind != .date || schema.dateFormat != nil,
      "the dates of column '\(schema.name)' have no format")
    self.schema = schema
    self.values = values
  }

  /// A column of which only the schema matters.
  public init(withoutCells schema: ColumnSchema) {
    let values: ColumnValues =
      switch schema.kind {
      case .number, .date: .numbers([])
      case .category, .boolean: .codes([])
      case .identifier, .text: .texts([])
      }
    self.init(schema: schema, values: values)
  }

  public var name: String { schema.name }
  public var count: Int { values.count }
  public var missingCount: Int { (0..<count).count { values.isMissing($0) } }

  /// Adds the cells of a column of the same schema after its own.
  ///
  /// - Complexity: O(cells added), on average.
  public mutating func append(_ other: Column) {
    precondition(schema == other.schema, "columns of one schema can be joined")
    values.append(other.values)
  }
}

extension [Column] {
  /// Adds the rows of other columns of the same schemas; takes them over when it has none.
  package mutating func append(rowsOf others: [Column]) {
    guard !isEmpty else {
      self = others
      return
    }
    for index in indices { self[index].append(others[index]) }
  }
}
