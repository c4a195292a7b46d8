/// A schema may come from a file that anybody can have written, so that nothing is taken on trust.
extension ColumnSchema: Codable {
  private enum CodingKeys: CodingKey {
    case name
    case kind
    case levels
    case dateFormat
    case isInteger
  }

  /// Reads a schema.
  ///
  /// - Throws: `DecodingError`, also when levels and date format do not go with the kind.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    kind = try values.decode(ColumnKind.self, forKey: .kind)
    levels = try values.decodeIfPresent([String].self, forKey: .levels) ?? []
    dateFormat = try values.decodeIfPresent(DateFormat.self, forKey: .dateFormat)
    isInteger = try values.decodeIfPresent(Bool.self, forKey: .isInteger) ?? false
    let levelsFit =
      switch kind {
      case .category: Set(levels).count == levels.count
      case .boolean: levels.count == 2 && levels[0] != levels[1]
      default: levels.isEmpty
      }
    guard levelsFit else {
      throw DecodingError.dataCorruptedError(
        forKey: .levels, in: values,
        debugDescription: "the levels of column '\(name)' do not go with the kind \(kind)")
    }
    guard (kind == .date) == (dateFormat != nil) else {
      throw DecodingError.dataCorruptedError(
        forKey: .dateFormat, in: values,
        debugDescription: "column '\(name)' must have a date format if, and only if, it has dates")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(kind, forKey: .kind)
    if !levels.isEmpty { try values.encode(levels, forKey: .levels) }
    try values.encodeIfPresent(dateFormat, forKey: .dateFormat)
    if isInteger { try values.encode(isInteger, forKey: .isInteger) }
  }
}

extension TableSchema: Codable {
  private enum CodingKeys: CodingKey {
    case columns
  }

  /// Reads a schema.
  ///
  /// - Throws: `DecodingError`, also when two columns have the same name.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    columns = try values.decode([ColumnSchema].self, forKey: .columns)
    guard Set(columns.map(\.name)).count == columns.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .columns, in: values, debugDescription: "two columns have the same name")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(columns, forKey: .columns)
  }
}
