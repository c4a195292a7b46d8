import CSV

/// The rows of a chunk, converted; lines are counted from the start of the chunk.
struct TypedRows: Sendable {
  /// In the schema's order.
  var values: [ColumnValues] = []
  var keptColumns: [TextColumn] = []
  var lines: [Int] = []
  /// With what they noted.
  var decoders: [ColumnDecoder]
  /// The first cell that does not fit its column.
  var error: TableError?
}

/// Converts the records of chunks to columns of known kinds; any thread may do it.
struct RowDecoding: Sendable {
  let path: String
  /// Where the decoders' columns and the kept ones stand in the file.
  let columns: [Int]
  let keptColumns: [Int]
  let keptNames: [String]
  let decoders: [ColumnDecoder]

  func rows(of chunk: ParsedChunk) -> TypedRows {
    var rows = TypedRows(decoders: decoders)
    rows.keptColumns = keptNames.map { TextColumn(name: $0) }
    for part in chunk.parts {
      append(part, of: chunk, to: &rows)
      if rows.error != nil { break }
    }
    return rows
  }

  private func append(_ part: ParsedChunk.Part, of chunk: ParsedChunk, to rows: inout TypedRows) {
    for index in decoders.indices {
      do {
        let values = try values(index, part, chunk, &rows.decoders[index])
        // A column before may have been refused, and then there are no rows to add to.
        if rows.error != nil { continue }
        if rows.values.count == index {
          rows.values.append(values)
        } else {
          rows.values[index].append(values)
        }
      } catch {
        // The first by line, whatever the order of the columns.
        if let known = rows.error?.line, let line = error.line, known <= line { continue }
        rows.error = error
      }
    }
    if rows.error != nil { return }
    for (index, column) in keptColumns.enumerated() {
      switch part {
      case .records(let block):
        rows.keptColumns[index].append(
          RecordCells(block, column: column, line: 0), of: block.bytes)
      case .plain(let plain):
        rows.keptColumns[index].append(PlainCells(plain, column: column, line: 0), of: chunk.bytes)
      }
    }
    switch part {
    case .records(let block): rows.lines += block.lines
    case .plain(let plain): rows.lines += plain.firstLine..<plain.firstLine + plain.rowCount
    }
  }

  private func values(
    _ index: Int, _ part: ParsedChunk.Part, _ chunk: ParsedChunk, _ decoder: inout ColumnDecoder
  ) throws(TableError) -> ColumnValues {
    let column = columns[index]
    switch part {
    case .records(let block):
      return try decoder.decode(
        RecordCells(block, column: column, line: 0), of: block.bytes.span, path: path)
    case .plain(let plain):
      guard decoder.use == .number, plain.isNumbers(column) else {
        return try decoder.decode(
          PlainCells(plain, column: column, line: 0), of: chunk.bytes.span, path: path)
      }
      if let line = plain.largeInteger(column) { decoder.noteLargeInteger(line: line) }
      return .numbers(Array(plain.numbers(column)))
    }
  }
}

extension ColumnValues {
  /// Adds cells of the same kind.
  mutating func append(_ other: ColumnValues) {
    switch (self, other) {
    case (.numbers(var cells), .numbers(let more)):
      self = .numbers([])
      cells += more
      self = .numbers(cells)
    case (.codes(var cells), .codes(let more)):
      self = .codes([])
      cells += more
      self = .codes(cells)
    case (.texts(var cells), .texts(let more)):
      self = .texts([])
      cells += more
      self = .texts(cells)
    default: preconditionFailure("columns of one schema have values of one kind")
    }
  }
}

extension TextColumn {
  mutating func append(_ cells: some CellSequence, of source: [UInt8]) {
    for row in 0..<cells.count {
      bytes.append(contentsOf: source[cells.range(row)])
      ends.append(bytes.count)
    }
  }
}
