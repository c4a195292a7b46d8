import CSV
import Files
import LinearAlgebra
import Testing

/// What reading a file gives: rows, their lines, and the error that ends them.
private struct Reading: Equatable {
  var rows: [[String]] = []
  var lines: [Int] = []
  var error: String?
}

/// Through one libcsv parser, from front to back.
private func readInOrder(_ text: [UInt8], _ format: CSVFormat) -> Reading {
  var reading = Reading()
  do {
    let reader = try CSVReader(MemoryInput(text, name: "data.csv"), format: format)
    var block = RecordBlock()
    while try reader.read(into: &block) {
      for record in 0..<block.recordCount {
        reading.rows.append((0..<block.columnCount).map { block.text(record, $0) })
      }
      reading.lines += block.lines
    }
  } catch {
    reading.error = "\(error)"
  }
  return reading
}

/// In chunks, plain rows directly, on several threads.
private func readInChunks(
  _ text: [UInt8], _ format: CSVFormat, chunkSize: Int, threads: Int
) -> Reading {
  var reading = Reading()
  do {
    let chunks = try RecordChunks(
      MemoryInput(text, name: "data.csv"), format: format, chunkSize: chunkSize)
    let plan = CellPlan(uses: Array(repeating: .text, count: chunks.columnCount))
    let stream = ChunkStream(
      chunks, format: format, plan: plan, pool: TaskPool(threads: threads)
    ) { $0 }
    while let (chunk, line) = try stream.next() {
      for part in chunk.parts {
        switch part {
        case .records(let block):
          for record in 0..<block.recordCount {
            reading.rows.append((0..<block.columnCount).map { block.text(record, $0) })
            reading.lines.append(line + block.lines[record])
          }
        case .plain(let rows):
          for row in 0..<rows.rowCount {
            reading.rows.append(
              (0..<chunks.columnCount).map { column in
                let cells = rows.cells(column)
                let start = rows.offset + Int(cells.starts[cells.starts.startIndex + row])
                let end = rows.offset + Int(cells.ends[cells.ends.startIndex + row])
                return String(decoding: chunk.bytes[start..<end], as: UTF8.self)
              })
            reading.lines.append(line + rows.firstLine + row)
          }
        }
      }
    }
  } catch {
    reading.error = "\(error)"
  }
  return reading
}

/// Most of these files are malformed: what is read before the fault counts, and where it is.
@Test func `chunks on any number of threads give what one parser gives, errors too`() {
  var generator = SeededGenerator(seed: 3)
  let alphabet: [[UInt8]] =
    [
      "a", ",", ",", "\"", "\n", "\n", "\r\n", "\r", "é", "\"\"", ",\"", "\",", "\"\n", " ", "\0",
      "a,b\n", "a,b\n", "\"a\",b\n", "\"a\nb\",c\n", ",\n",
      "\"\",\"a,\"\"é\"\"\"\r\n", "\"a\"\"\",\"\"\"\"\n",
    ].map { Array($0.utf8) } + [[0xFF]]
  for round in 0..<3000 {
    let count = generator.integer(below: 40)
    let start = ["x\n", "x,y\n", "x,y\n", ""][generator.integer(below: 4)]
    var text = Array(start.utf8)
    for _ in 0..<count { text += alphabet[generator.integer(below: alphabet.count)] }
    let format = CSVFormat(
      hasHeader: round % 3 != 0, raggedRows: round % 5 == 0 ? .padOrCut : .refuse)
    let expected = readInOrder(text, format)
    for threads in 1...2 {
      let chunkSize = [1 + generator.integer(below: 30), 1 << 16][generator.integer(below: 2)]
      let found = readInChunks(text, format, chunkSize: chunkSize, threads: threads)
      #expect(found == expected, "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }
}

@Test func `a quote of another kind and none at all are read in chunks too`() {
  let text = Array("a;b\n'x;\n';2\n3;\"4\n".utf8)
  for quote in [UInt8(ascii: "'"), nil] {
    let format = CSVFormat(delimiter: UInt8(ascii: ";"), quote: quote)
    let expected = readInOrder(text, format)
    for chunkSize in 1...20 {
      #expect(readInChunks(text, format, chunkSize: chunkSize, threads: 2) == expected)
    }
  }
  #expect(
    readInOrder(text, CSVFormat(delimiter: UInt8(ascii: ";"), quote: UInt8(ascii: "'"))).rows
      == [["x;\n", "2"], ["3", "\"4"]])
}
