import AEPCA
import ArgumentParser
import Glibc

struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets",
    abstract: "List the bundled data sets, or write one.",
    discussion: """
      Example:
        aepca datasets
        aepca datasets penguins --output penguins.csv

      Sources and licences stand in the README.md beside the files.
      """)

  @Argument(help: ArgumentHelp("Data set to write; all are listed without it.", valueName: "name"))
  var name: String?
  @OptionGroup var output: TableOutput
  @OptionGroup var common: CommonOptions

  func run() throws {
    let folder = try DatasetFolder.find()
    guard let name else { return try list(folder) }
    guard folder.names.contains(name) else {
      throw ToolError(
        .usage, "expected a data set of \(folder.names.joined(separator: ", ")), found '\(name)'")
    }
    let bytes = try InputFile(path: folder.path(of: name)).readAll()
    var file = try OutputFile(creating: output.output)
    try file.write(bytes.span)
    try file.commit()
  }

  private func list(_ folder: DatasetFolder) throws {
    var writer = CSVWriter(to: try OutputFile(creating: output.output))
    for title in ["name", "rows", "columns", "missing_cells", "path"] { writer.write(title) }
    try writer.endRecord()
    for name in folder.names {
      let path = folder.path(of: name)
      var reader = try TableReader(path: path)
      let table = try reader.readAll()
      let missing = table.columns.reduce(0) { $0 + $1.missingCount }
      for cell in [name, "\(table.rowCount)", "\(table.columns.count)", "\(missing)", path] {
        writer.write(cell)
      }
      try writer.endRecord()
    }
    try writer.commit()
  }
}

/// Where the bundled data sets lie: the source tree, or PREFIX/share/aepca once installed.
struct DatasetFolder {
  let path: String
  let names: [String]

  /// - Throws: ``ToolError`` when neither place has them.
  static func find() throws -> DatasetFolder {
    let program = executableFolder()
    let places = [
      "\(program)/../share/aepca", "\(program)/../../../Datasets", "\(program)/../../Datasets",
    ]
    for place in places {
      let names = csvNames(in: place)
      if !names.isEmpty { return DatasetFolder(path: normalised(place), names: names) }
    }
    throw ToolError(
      .noInput, "expected data sets in \(normalised(places[0])), found none: run 'make install'")
  }

  func path(of name: String) -> String { "\(path)/\(name).csv" }

  private static func executableFolder() -> String {
    let path = normalised("/proc/self/exe")
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  private static func normalised(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  private static func csvNames(in folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { tuple in
        unsafe String(cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
      }
      if name.hasSuffix(".csv") { names.append(String(name.dropLast(4))) }
    }
    return names.sorted()
  }
}
