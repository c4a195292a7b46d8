import Preprocessing
import Tables

/// What a table is like, and which of its rows judged.
public struct DataSummary: Codable, Sendable, Equatable {
  /// The file's name, as the user gave it.
  public var name: String
  public var rows: Int
  /// Rows that each model was fitted on; 0 for a model brought along.
  public var trainingRows: Int
  /// Rows that judged, in each split.
  public var testRows: Int
  /// How they were told apart, in words.
  public var split: String
  public var missingCells: Int
  public var columns: [ColumnSummary]

  enum CodingKeys: String, CodingKey {
    case name
    case rows
    case trainingRows = "training_rows"
    case testRows = "test_rows"
    case split
    case missingCells = "missing_cells"
    case columns
  }

  public struct ColumnSummary: Codable, Sendable, Equatable {
    public enum Role: String, Codable, Sendable {
      case model
      /// Does not vary in the training rows.
      case constant
      /// An identifier or free text.
      case leftOut = "left_out"
    }

    public var name: String
    public var kind: ColumnKind
    public var missing: Int
    public var role: Role

    public init(name: String, kind: ColumnKind, missing: Int = 0, role: Role = .model) {
      self.name = name
      self.kind = kind
      self.missing = missing
      self.role = role
    }
  }

  public init(
    name: String = "", rows: Int, trainingRows: Int, testRows: Int, split: String,
    missingCells: Int, columns: [ColumnSummary]
  ) {
    self.name = name
    self.rows = rows
    self.trainingRows = trainingRows
    self.testRows = testRows
    self.split = split
    self.missingCells = missingCells
    self.columns = columns
  }

  init(
    _ table: Table, preprocessor: FittedPreprocessor, trainingRows: Int, testRows: Int,
    split: String
  ) {
    var roles: [String: ColumnSummary.Role] = [:]
    for (column, coding) in zip(preprocessor.schema.columns, preprocessor.codings) {
      roles[column.name] = coding.isConstant ? .constant : .model
    }
    let columns = table.columns.map {
      ColumnSummary(
        name: $0.name, kind: $0.schema.kind, missing: $0.missingCount,
        role: roles[$0.name] ?? .leftOut)
    }
    self.init(
      rows: table.rowCount, trainingRows: trainingRows, testRows: testRows, split: split,
      missingCells: columns.reduce(0) { $0 + $1.missing }, columns: columns)
  }

  /// The names of the columns that models are made of, in the order of every list by column.
  public var modelColumns: [String] { columns.filter { $0.role != .leftOut }.map(\.name) }
}
