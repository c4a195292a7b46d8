import CLibCSV
import Glibc

/// libcsv, fenced: bytes in pieces of any size go in, whole records come out.
///
/// libcsv passes no positions, skips empty lines without a word, cannot be stopped from a callback
/// and keeps no record of what a quote had opened; all that is mended here.
@safe final class RecordParser {
  /// A field longer than this is refused: an open quote would gather the rest of the file.
  static let fieldLimit = 64 << 20

  /// libcsv's parser state inside a field; ROW_NOT_BEGUN and FIELD_NOT_BEGUN come before it.
  private static let fieldBegun: Int32 = 2

  private var parser = unsafe csv_parser()
  /// Reached by the callbacks through a raw pointer, so it needs a fixed place in memory.
  private let state: UnsafeMutablePointer<RecordAssembler>

  private let quote: UInt8

  /// - Parameter expectedCount: How many fields the records have; nil takes it from the first.
  init(_ format: CSVFormat, path: String, expectedCount: Int? = nil) throws(CSVError) {
    // NUL is refused before libcsv sees it, so it quotes nothing.
    quote = format.quote ?? 0
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(
      to: RecordAssembler(
        inHeader: format.hasHeader, raggedRows: format.raggedRows, expectedCount: expectedCount))
    unsafe state.pointee.line = format.firstLine
    // STRICT alone accepts a quote that is never closed, and STRICT_FINI alone does nothing.
    // REPALL_NL reports empty lines; EMPTY_IS_NULL tells `""` from an empty field.
    let options = CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_EMPTY_IS_NULL
    guard unsafe csv_init(&parser, UInt8(options)) == CSV_SUCCESS else {
      throw CSVError(.outOfMemory, path: path)
    }
    unsafe csv_set_delim(&parser, format.delimiter)
    unsafe csv_set_quote(&parser, quote)
    // The default of 128 bytes would copy a long field thousands of times.
    unsafe csv_set_blk_size(&parser, 1 << 16)
    unsafe csv_set_realloc_func(&parser) { buffer, size in
      unsafe size > RecordParser.fieldLimit ? nil : realloc(buffer, size)
    }
  }

  deinit {
    // Never used again afterwards: libcsv would write past the heap.
    unsafe csv_free(&parser)
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  /// Feeds the next bytes; the records they complete are added to the block.
  ///
  /// After a failure the records before it are still there to be taken.
  func parse(_ bytes: Span<UInt8>) {
    guard unsafe state.pointee.failure == nil else { return }
    let survey = PieceSurvey(bytes, quote: quote)
    let isInField = unsafe parser.pstate >= Self.fieldBegun
    unsafe state.pointee.beginPiece(
      .init(hasQuotes: survey.hasQuotes, isASCII: survey.isASCII, isInField: isInField))
    // By default libcsv trims blanks around plain fields; a table keeps the text it was given. The
    // function is called for each byte, so it is set only where there are blanks.
    if survey.hasBlanks {
      unsafe csv_set_space_func(&parser) { _ in 0 }
    } else {
      unsafe csv_set_space_func(&parser, nil)
    }
    let count = survey.firstNUL ?? bytes.count
    let parsed = unsafe bytes.withUnsafeBytes { buffer in
      unsafe csv_parse(
        &parser, buffer.baseAddress, count, Self.fieldEnded, Self.recordEnded, state)
    }
    guard unsafe state.pointee.failure == nil else { return }
    if parsed < count {
      fail(parserProblem())
    } else if survey.firstNUL != nil {
      fail(.nulByte)
    }
  }

  /// Tells the parser that there are no more bytes.
  func finish() {
    guard unsafe state.pointee.failure == nil else { return }
    unsafe state.pointee.beginPiece(.init())
    if unsafe csv_fini(&parser, Self.fieldEnded, Self.recordEnded, state) != 0 {
      fail(.unterminatedQuote)
    }
  }

  /// What went wrong first, if anything: the problem, its line, its column from 0.
  var failure: (problem: CSVError.Problem, line: Int, column: Int?)? {
    unsafe state.pointee.failure
  }

  /// The line that the next byte stands on, or on which the field begins that it stands in.
  var line: Int {
    get { unsafe state.pointee.line }
    set { unsafe state.pointee.line = newValue }
  }

  /// Empty lines of a file of one column that no record has followed yet.
  var pendingEmptyLines: Int {
    get { unsafe state.pointee.emptyLineCount }
    set { unsafe state.pointee.emptyLineCount = newValue }
  }

  var mended: MendedRows { unsafe state.pointee.mended }

  /// Moves the complete records out; the record that is being read stays.
  func takeRecords(into block: inout RecordBlock) {
    unsafe state.pointee.takeRecords(into: &block)
  }

  var hasRecords: Bool { unsafe !state.pointee.records.lines.isEmpty }

  private func parserProblem() -> CSVError.Problem {
    switch unsafe csv_error(&parser) {
    case CSV_EPARSE:
      return unsafe parser.quoted == 1 ? .textAfterClosingQuote : .quoteInsidePlainField
    default:
      // libcsv asks for less and less until it gets nothing, so it ends close to the limit.
      let isLong = unsafe csv_get_buffer_size(&parser) > Self.fieldLimit - (1 << 17)
      return isLong ? .fieldTooLong(limit: Self.fieldLimit) : .outOfMemory
    }
  }

  private func fail(_ problem: CSVError.Problem) {
    var line = unsafe state.pointee.line
    switch problem {
    // About the field as a whole, which begins on this line; the others stand where it broke off.
    case .unterminatedQuote, .fieldTooLong, .outOfMemory: break
    default:
      let begun = unsafe UnsafeBufferPointer(start: parser.entry_buf, count: parser.entry_pos)
      line += unsafe lineEnds(in: begun.span)
    }
    unsafe state.pointee.failure = (problem, line, nil)
  }

  private static let fieldEnded: FieldCallback = { field, count, context in
    guard let state = unsafe context?.assumingMemoryBound(to: RecordAssembler.self) else { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: field, count: count)
    unsafe state.pointee.endField(bytes)
  }

  private static let recordEnded: RecordCallback = { terminator, context in
    guard let state = unsafe context?.assumingMemoryBound(to: RecordAssembler.self) else { return }
    unsafe state.pointee.endLine(terminator)
  }

  private typealias FieldCallback =
    @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void
  private typealias RecordCallback = @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void
}
