import CCharConversion

/// The direct way through plain rows, for one plan.
struct DirectReader {
  private let uses: [UInt8]
  /// Of each column its place among those of its use; -1 if skipped.
  private let places: [Int]
  private let numberCount: Int
  private let textCount: Int
  private let words: [UInt8]
  private let wordEnds: [Int]
  private let format: CSVFormat

  /// Nil where it would not do: with one column an empty line may be a record.
  init?(_ plan: CellPlan, _ format: CSVFormat) {
    guard plan.uses.count > 1 else { return nil }
    self.format = format
    uses = plan.uses.map(\.rawValue)
    var numbers = 0
    var texts = 0
    var places: [Int] = []
    for use in plan.uses {
      switch use {
      case .skip: places.append(-1)
      case .number:
        places.append(numbers)
        numbers += 1
      case .text:
        places.append(texts)
        texts += 1
      }
    }
    self.places = places
    numberCount = numbers
    textCount = texts
    words = plan.missingWords.flatMap(\.self)
    var ends: [Int] = []
    for word in plan.missingWords { ends.append((ends.last ?? 0) + word.count) }
    wordEnds = ends
  }

  /// Reads plain rows from an offset on, where one begins.
  ///
  /// - Parameters:
  ///   - bytes: Quotes inside fields of text are made one of two where they stand.
  ///   - range: What is left of the chunk.
  ///   - line: That of the first row, counted from the start of the chunk.
  /// - Returns: The rows, none if the first is not plain, and how many bytes they take.
  func read(
    _ bytes: inout [UInt8], _ range: Range<Int>, line: Int
  ) -> (rows: PlainRows, length: Int) {
    let capacity = rowCapacity(bytes, range)
    var outcome = aepca_plain_rows()
    var largeIntegers = [UInt32](repeating: .max, count: uses.count)
    var starts: [UInt32] = []
    var ends: [UInt32] = []
    let numbers = unsafe [Double](unsafeUninitializedCapacity: numberCount * capacity) {
      numbers, numberCapacity in
      starts = unsafe [UInt32](unsafeUninitializedCapacity: textCount * capacity) {
        starts, startCapacity in
        ends = unsafe [UInt32](unsafeUninitializedCapacity: textCount * capacity) {
          ends, endCapacity in
          outcome = unsafe largeIntegers.withUnsafeMutableBufferPointer { largeIntegers in
            let placeOffsets = places.map { max($0, 0) * capacity }
            return unsafe placeOffsets.withUnsafeBufferPointer { places in
              var cells = unsafe aepca_row_cells(
                places: places.baseAddress, numbers: numbers.baseAddress,
                starts: starts.baseAddress, ends: ends.baseAddress, row_capacity: capacity,
                large_integers: largeIntegers.baseAddress)
              return unsafe read(bytes, range, into: &cells)
            }
          }
          endCapacity = textCount * capacity
        }
        startCapacity = textCount * capacity
      }
      numberCapacity = numberCount * capacity
    }
    // Whether text is UTF-8 is asked of the rows as a whole; if it is not, libcsv says where.
    let place = range.lowerBound..<range.lowerBound + outcome.length
    if !outcome.is_ascii, !isUTF8(bytes.span.extracting(place)) { outcome = aepca_plain_rows() }
    if outcome.has_doubled_quotes {
      joinDoubledQuotes(&bytes, from: range.lowerBound, starts, &ends, capacity, outcome.count)
    }
    let rows = PlainRows(
      rowCount: outcome.count, firstLine: line, places: places, numbers: numbers,
      starts: starts, ends: ends, capacity: capacity, offset: range.lowerBound,
      largeIntegers: largeIntegers, uses: uses)
    return (rows, outcome.length)
  }

  private func joinDoubledQuotes(
    _ bytes: inout [UInt8], from offset: Int, _ starts: [UInt32], _ ends: inout [UInt32],
    _ capacity: Int, _ rowCount: Int
  ) {
    let quote = CChar(bitPattern: format.quote ?? 0)
    unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe starts.withUnsafeBufferPointer { starts in
        unsafe ends.withUnsafeMutableBufferPointer { ends in
          guard let base = bytes.baseAddress, let starts = starts.baseAddress,
            let ends = ends.baseAddress
          else { return }
          for column in 0..<textCount {
            unsafe aepca_join_doubled_quotes(
              (base + offset).assumingMemoryBound(to: CChar.self), quote,
              starts + column * capacity, ends + column * capacity, rowCount)
          }
        }
      }
    }
  }

  /// Room for the rows that are left, if all were about as long as the first.
  private func rowCapacity(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    var length = 0
    while length < range.count && bytes[range.lowerBound + length] != 0x0A { length += 1 }
    // A row has a byte for each column at least.
    return min(range.count / uses.count + 1, range.count / (length + 1) * 5 / 4 + 16)
  }

  private func read(
    _ bytes: [UInt8], _ range: Range<Int>, into cells: inout aepca_row_cells
  ) -> aepca_plain_rows {
    unsafe uses.withUnsafeBufferPointer { uses in
      unsafe words.withUnsafeBytes { words in
        unsafe wordEnds.withUnsafeBufferPointer { wordEnds in
          unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return aepca_plain_rows() }
            var rowFormat = unsafe aepca_row_format(
              delimiter: CChar(bitPattern: format.delimiter),
              quote: CChar(bitPattern: format.quote ?? 0),
              decimal: CChar(bitPattern: format.decimal), column_count: uses.count,
              uses: uses.baseAddress,
              words: words.baseAddress?.assumingMemoryBound(to: CChar.self),
              word_ends: wordEnds.baseAddress, word_count: wordEnds.count)
            return unsafe aepca_read_plain_rows(
              (base + range.lowerBound).assumingMemoryBound(to: CChar.self), range.count,
              &rowFormat, &cells)
          }
        }
      }
    }
  }

  private func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    (try? UTF8Span(validating: bytes)) != nil
  }
}
