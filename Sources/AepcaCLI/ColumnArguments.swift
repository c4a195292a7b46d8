import AEPCA
import ArgumentParser

/// What a user says about the columns of a table to learn from.
struct ColumnArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read a column as number, boolean, category, date, identifier or text. Repeatable.",
      valueName: "name=kind"))
  var kind: [String] = []
  @Option(help: ArgumentHelp("Leave a column out. Repeatable.", valueName: "column"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      "Take only this column, and others so named. Repeatable.", valueName: "column"))
  var columns: [String] = []

  /// Adds what was said to how a table is read.
  func apply(to options: inout TableReadingOptions) throws {
    options.excludedColumns = Set(exclude)
    if !columns.isEmpty { options.includedColumns = Set(columns) }
    for assignment in kind {
      let parts = assignment.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count >= 2, let kind = ColumnKind(rawValue: String(parts[parts.count - 1])) else {
        let kinds = ColumnKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError(
          "--kind: expected name=kind with one of \(kinds), found '\(assignment)'")
      }
      options.kinds[parts.dropLast().joined(separator: "=")] = kind
    }
  }
}

extension TableInput {
  /// All rows of another file, read as a table's columns are.
  ///
  /// - Throws: ``ToolError`` when it has no rows, and what reading throws.
  func rows(of path: String, as schema: TableSchema, common: CommonOptions) throws -> Table {
    var options = try options
    options.threads = common.threads
    let reader = try TableReader(path: path, options: options)
    var blocks = try reader.blocks(of: schema, keeping: [])
    var columns: [Column] = []
    while let block = try blocks.next() {
      columns.append(rowsOf: block.columns)
    }
    common.note(blocks.notes, of: blocks.path)
    let table = Table(columns: columns)
    guard table.rowCount > 0 else {
      throw ToolError(.badData, "\(path): expected rows to judge by, found none")
    }
    return table
  }

  /// A column by which rows are coloured, which the model need not know.
  ///
  /// - Throws: ``ToolError`` when the table has no such column.
  func column(_ name: String, of path: String, _ columns: ColumnArguments) throws -> Column {
    var options = try options
    try columns.apply(to: &options)
    options.excludedColumns = []
    var reader = try TableReader(path: path, options: options)
    guard let column = try reader.readAll()[name] else {
      throw ToolError(unknownColor: name, in: path)
    }
    return column
  }
}

extension ToolError {
  init(unknownColor name: String, in path: String) {
    self.init(.badData, "\(path): --color: expected a column of the table, found '\(name)'")
  }
}
