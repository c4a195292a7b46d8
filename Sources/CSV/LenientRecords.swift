/// Reads records that need not follow any rule, one at a time.
///
/// Quotes count where a field begins and ends with them. Where one does not, it may be a stray character of a
/// plain field or of a quoted one: of both readings the one is taken that gives the record
/// as many fields as the others have.
struct LenientRecords {
  let delimiter: UInt8
  let quote: UInt8?
  let escape: UInt8?
  /// How many fields a record should have; nil where that is not known.
  var expectedCount: Int?

  struct Record {
    var fields: [[UInt8]] = []
    /// Of each field whether it was quoted.
    var isQuoted: [Bool] = []
    /// Where the next record begins.
    var end = 0
    /// Whether a field holds a line end.
    var spansLines = false
    /// Whether a quote stood where none may.
    var isMalformed = false
    /// Whether the text ended before the record surely did.
    var isOpen = false

    var isEmptyLine: Bool { fields.count == 1 && fields[0].isEmpty && !isQuoted[0] }
  }

  /// How a quote that does not close its field is read.
  private enum Reading {
    /// Part of a plain field's text.
    case plain
    /// The field is quoted all the same, and a stray quote inside it part of its text.
    case quoted
  }

  /// - Parameter isAtEnd: Whether no more bytes follow.
  func record(in bytes: Span<UInt8>, at start: Int, isAtEnd: Bool) -> Record {
    let first = read(bytes, start, isAtEnd, nil)
    guard first.isMalformed || first.spansLines, let expectedCount else { return first }
    if !first.isMalformed && first.fields.count == expectedCount { return first }
    var best = first
    for reading in [Reading.quoted, .plain] {
      let other = read(bytes, start, isAtEnd, reading)
      if distance(other, expectedCount) < distance(best, expectedCount) { best = other }
    }
    return best
  }

  private func distance(_ record: Record, _ expectedCount: Int) -> Int {
    // One that swallows lines needs a better reason than one that does not.
    2 * abs(record.fields.count - expectedCount) + (record.spansLines ? 1 : 0)
  }

  /// - Parameter reading: Of the first quote that makes trouble; nil takes each as it looks best by itself.
  private func read(
    _ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool, _ reading: Reading?
  ) -> Record {
    var record = Record()
    var reading = reading
    var offset = start
    while true {
      let fieldStart = offset
      var quoteStart = offset
      if delimiter != 0x20 {
        while quoteStart < bytes.count && bytes[quoteStart] == 0x20 { quoteStart += 1 }
      }
      var field: [UInt8]?
      if let quote, quoteStart < bytes.count, bytes[quoteStart] == quote {
        var strict = quotedField(bytes, quoteStart, quote, isTolerant: false)
        if strict == nil || (strict?.spansLines == true && reading == .plain) {
          record.isMalformed = record.isMalformed || strict == nil
          let tolerant = quotedField(
            bytes, quoteStart, quote, isTolerant: true, lineLimit: reading == nil ? 0 : 1000)
          switch reading {
          case .plain: strict = nil
          case .quoted: strict = tolerant
          // By itself: on one line it is quoted, else a stray quote.
          case nil: strict = tolerant
          }
          reading = nil
        }
        if let strict {
          field = strict.text
          offset = strict.end
          record.spansLines = record.spansLines || strict.spansLines
          record.isOpen = record.isOpen || strict.isOpen && !isAtEnd
          record.isQuoted.append(true)
        }
      }
      if field == nil {
        offset = fieldStart
        while offset < bytes.count, !isEnd(bytes[offset]) {
          if let escape, bytes[offset] == escape, offset + 1 < bytes.count,
            bytes[offset + 1] == quote || bytes[offset + 1] == delimiter
          {
            offset += 1
          }
          offset += 1
        }
        offset = min(offset, bytes.count)
        field = bytes.extracting(fieldStart..<offset).array
        record.isQuoted.append(false)
      }
      record.fields.append(field ?? [])
      if offset < bytes.count, bytes[offset] == delimiter {
        offset += 1
        continue
      }
      break
    }
    if offset == bytes.count {
      record.isOpen = record.isOpen || !isAtEnd
    } else if bytes[offset] == 0x0D {
      if offset + 1 == bytes.count { record.isOpen = record.isOpen || !isAtEnd }
      offset += offset + 1 < bytes.count && bytes[offset + 1] == 0x0A ? 2 : 1
    } else {
      offset += 1
    }
    record.end = offset
    return record
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == 0x0A || byte == 0x0D
  }

  /// A field from its opening quote to where it ends.
  ///
  /// - Parameters:
  ///   - isTolerant: Whether a quote inside that is not doubled is part of the text.
  ///   - lineLimit: How many line ends there may be in it.
  /// - Returns: Nil when there is such a quote and it may not be, or none closes the field.
  private func quotedField(
    _ bytes: Span<UInt8>, _ start: Int, _ quote: UInt8, isTolerant: Bool, lineLimit: Int = .max
  ) -> (text: [UInt8], end: Int, spansLines: Bool, isOpen: Bool)? {
    var text: [UInt8] = []
    var spansLines = false
    var lineCount = 0
    var offset = start + 1
    while offset < bytes.count {
      let byte = bytes[offset]
      if let escape, byte == escape, offset + 1 < bytes.count {
        let next = bytes[offset + 1]
        if next == quote || next == escape {
          text.append(next)
          offset += 2
          continue
        }
      }
      if byte == quote {
        var after = offset + 1
        if after < bytes.count && bytes[after] == quote {
          // `"""` before the end is a doubled quote and the closing one; `""` there may be stray.
          let closes = after + 1 == bytes.count || isEnd(bytes[after + 1])
          if !(isTolerant && closes) {
            text.append(quote)
            offset += 2
            continue
          }
          text.append(quote)
          return (text, after + 1, spansLines, after + 1 == bytes.count)
        }
        if delimiter != 0x20 { while after < bytes.count && bytes[after] == 0x20 { after += 1 } }
        if after == bytes.count || isEnd(bytes[after]) {
          return (text, after, spansLines, after == bytes.count)
        }
        guard isTolerant else { return nil }
        text.append(quote)
        offset += 1
        continue
      }
      if byte == 0x0A || byte == 0x0D {
        spansLines = true
        lineCount += 1
        if lineCount > lineLimit { return nil }
      }
      text.append(byte)
      offset += 1
    }
    return nil
  }
}

extension Span<UInt8> {
  var array: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}
