import LinearAlgebra
import Preprocessing

/// A column of numbers in a compressed file.
struct NumberColumn {
  let name: String
  /// Its feature in the model and how that becomes a number; nil where the model has none.
  let feature: (position: Int, center: Double, scale: Double)?
  /// How far a cell may be off.
  let bound: Double
}

/// Rows to bytes and back.
///
/// Each column of numbers is moved to a lattice of decimals and then coded in the way that takes
/// least: as steps from its smallest number, from the cell above, or from what the model predicts
/// from the row's latents; or as it is, where no lattice fits the bound.
struct BlockCoder {
  let columns: [NumberColumn]
  let textCount: Int
  let predictors: Predictors

  private enum Coding: UInt64, CaseIterable {
    case exact = 0
    case fromLeast = 1
    case fromAbove = 2
    case fromModel = 3
  }

  /// - Parameters:
  ///   - samples: The rows as the model takes them; needed with a predictor only.
  ///   - level: Of zstd.
  func encoded(
    _ contents: BlockContents, _ samples: PreparedSamples?, by predictor: Predictor?, level: Int32
  ) throws -> [UInt8] {
    var multiples: [Int64] = []
    if let predictor, let samples {
      multiples = try self.multiples(
        predictors.latents(samples, predictor.kind, components: predictor.components), predictor)
    }
    return try encoded(contents, multiples, by: predictor, level: level)
  }

  /// Latents as whole multiples of a predictor's unit, row by row.
  func multiples(_ latents: Matrix<Double>, _ predictor: Predictor) -> [Int64] {
    let scale = Double(1 << predictor.precision)
    return latents.elements.map {
      let scaled = ($0 * scale).rounded()
      // Far from all training rows, a latent that is cut off only predicts less well.
      return scaled.isFinite ? Int64(min(max(scaled, -1e15), 1e15)) : 0
    }
  }

  /// - Parameter multiples: The latents; empty without a predictor.
  func encoded(
    _ contents: BlockContents, _ multiples: [Int64], by predictor: Predictor?, level: Int32
  ) throws -> [UInt8] {
    var header = ByteWriter()
    var streams: [[UInt8]] = []
    header.write(predictor?.kind.rawValue ?? 0)
    var features: Matrix<Double>?
    if let predictor {
      header.write(predictor.components)
      header.write(predictor.precision)
      for component in 0..<predictor.components {
        streams.append(
          IntegerPlanes.bytes(
            stride(from: component, to: multiples.count, by: predictor.components).map {
              multiples[$0]
            }))
      }
      features = try predictors.features(multiples, by: predictor)
    }
    for (column, values) in zip(columns, contents.numbers) {
      streams += encode(column, values, features, into: &header)
    }
    streams += contents.texts.map { TextCoding.bytes($0) }
    return BlockCoder.packed([header.bytes] + streams, level: level)
  }

  private func encode(
    _ column: NumberColumn, _ values: [Double], _ features: Matrix<Double>?,
    into header: inout ByteWriter
  ) -> [[UInt8]] {
    let rows = values.indices.filter { !values[$0].isNaN }
    let present = rows.map { values[$0] }
    let isWhole = rows.count == values.count
    var streams: [[UInt8]] = []
    if !isWhole { streams.append(BlockCoder.bits(values.map { !$0.isNaN })) }
    guard let (lattice, multiples) = NumberLattice.fitting(present, bound: column.bound) else {
      header.write(Coding.exact.rawValue << 1 | (isWhole ? 1 : 0))
      streams.append(
        IntegerPlanes.bytes(present.map { Int64(bitPattern: $0.bitPattern) }))
      return streams
    }
    let least = multiples.min() ?? 0
    var best: (coding: Coding, bytes: [UInt8], size: Int)?
    for coding in Coding.allCases where coding != .exact {
      var above = least
      var steps: [Int64] = []
      steps.reserveCapacity(multiples.count)
      for (row, multiple) in zip(rows, multiples) {
        var prediction = above
        if coding == .fromModel {
          guard let predicted = lattice.prediction(of: column, in: features, row) else { break }
          prediction = predicted
        }
        let step = lattice.steps(from: prediction, to: multiple)
        steps.append(step)
        if coding == .fromAbove { above = prediction + step * (2 * lattice.reach + 1) }
      }
      guard steps.count == multiples.count else { continue }
      let bytes = IntegerPlanes.bytes(steps)
      let size = Zstandard.compressed(bytes, level: Zstandard.quick).count
      if size < best?.size ?? .max { best = (coding, bytes, size) }
    }
    guard let best else { return streams }
    header.write(best.coding.rawValue << 1 | (isWhole ? 1 : 0))
    header.write(lattice.decimals)
    header.write(UInt64(lattice.reach))
    if best.coding != .fromModel {
      header.write(UInt64(bitPattern: (least << 1) ^ (least >> 63)))
    }
    streams.append(best.bytes)
    return streams
  }

  /// - Throws: ``CompressionError/Problem/damaged`` for bytes that were never written.
  func decoded(_ bytes: [UInt8], rowCount: Int) throws -> BlockContents {
    var streams = try BlockCoder.unpacked(bytes)[...]
    func next() throws(CompressionError.Problem) -> [UInt8] {
      guard let first = streams.popFirst() else { throw .damaged }
      return first
    }
    var header = ByteReader(try next())
    var features: Matrix<Double>?
    let kind = try header.number()
    if kind != 0 {
      guard let kind = Predictor.Kind(rawValue: kind) else {
        throw CompressionError.Problem.damaged
      }
      let predictor = Predictor(
        kind: kind, components: try header.count(limit: 1 << 20),
        precision: try header.count(limit: Predictor.precisionLimit))
      guard predictors.has(predictor) else { throw CompressionError.Problem.damaged }
      var multiples = [Int64](repeating: 0, count: rowCount * predictor.components)
      for component in 0..<predictor.components {
        for (row, multiple) in try IntegerPlanes.numbers(next(), count: rowCount).enumerated() {
          multiples[row * predictor.components + component] = multiple
        }
      }
      features = try predictors.features(multiples, by: predictor)
    }
    var contents = BlockContents()
    contents.rowCount = rowCount
    for column in columns {
      contents.numbers.append(
        try decode(column, features, rowCount: rowCount, from: &header, next: next))
    }
    for _ in 0..<textCount {
      contents.texts.append(try TextCoding.cells(next(), rowCount: rowCount))
    }
    return contents
  }

  private func decode(
    _ column: NumberColumn, _ features: Matrix<Double>?, rowCount: Int,
    from header: inout ByteReader, next: () throws(CompressionError.Problem) -> [UInt8]
  ) throws(CompressionError.Problem) -> [Double] {
    let code = try header.number()
    guard let coding = Coding(rawValue: code >> 1) else { throw .damaged }
    let isWhole = code & 1 == 1
    let isPresent =
      isWhole ? Array(repeating: true, count: rowCount) : try BlockCoder.flags(next(), rowCount)
    let rows = isPresent.indices.filter { isPresent[$0] }
    var values = [Double](repeating: .nan, count: rowCount)
    if coding == .exact {
      for (row, bits) in zip(rows, try IntegerPlanes.numbers(next(), count: rows.count)) {
        values[row] = Double(bitPattern: UInt64(bitPattern: bits))
        guard values[row].isFinite else { throw .damaged }
      }
      return values
    }
    guard
      let lattice = NumberLattice(
        decimals: try header.count(limit: 64), reach: try header.number())
    else { throw .damaged }
    var above: Int64 = 0
    if coding != .fromModel {
      let least = try header.number()
      above = Int64(bitPattern: least >> 1) ^ -Int64(bitPattern: least & 1)
    }
    for (row, steps) in zip(rows, try IntegerPlanes.numbers(next(), count: rows.count)) {
      var prediction = above
      if coding == .fromModel {
        guard let predicted = lattice.prediction(of: column, in: features, row) else {
          throw .damaged
        }
        prediction = predicted
      }
      guard let multiple = lattice.multiple(from: prediction, steps: steps) else {
        throw .damaged
      }
      if coding == .fromAbove { above = multiple }
      values[row] = lattice.number(multiple)
    }
    return values
  }

  /// Whether rows came back as they were promised: the bound is not assumed, but looked at.
  func keepsPromise(_ original: BlockContents, _ decoded: BlockContents) -> Bool {
    guard original.texts == decoded.texts, original.rowCount == decoded.rowCount else {
      return false
    }
    return zip(columns, zip(original.numbers, decoded.numbers)).allSatisfy { column, pair in
      zip(pair.0, pair.1).allSatisfy { before, after in
        before.isNaN ? after.isNaN : abs(before - after) <= column.bound
      }
    }
  }
}

extension NumberLattice {
  /// The multiple nearest to what a model predicts; nil where it predicts nothing.
  fileprivate func prediction(
    of column: NumberColumn, in features: Matrix<Double>?, _ row: Int
  ) -> Int64? {
    guard let feature = column.feature, let features else { return nil }
    return multiple(near: features[row, feature.position] * feature.scale + feature.center)
  }
}

extension BlockCoder {
  private static let streamLimit = 1 << 30

  /// Streams as one zstd frame or as one each, whichever is smaller.
  private static func packed(_ streams: [[UInt8]], level: Int32) -> [UInt8] {
    var joint = ByteWriter()
    for stream in streams { joint.write(stream) }
    var separate = ByteWriter()
    separate.write(streams.count)
    for stream in streams {
      let frame = Zstandard.compressed(stream, level: level)
      // The lowest bit tells a frame from bytes that it would only make longer.
      if frame.count < stream.count {
        separate.write(frame.count << 1 | 1)
        separate.append(frame)
      } else {
        separate.write(stream.count << 1)
        separate.append(stream)
      }
    }
    let frame = Zstandard.compressed(joint.bytes, level: level)
    return frame.count < separate.bytes.count ? [1] + frame : [2] + separate.bytes
  }

  private static func unpacked(
    _ bytes: [UInt8]
  ) throws(CompressionError.Problem) -> [[UInt8]] {
    var streams: [[UInt8]] = []
    switch bytes.first {
    case 1:
      guard let joint = Zstandard.decompressed(bytes.dropFirst(), limit: streamLimit) else {
        throw .damaged
      }
      var reader = ByteReader(joint)
      while !reader.isAtEnd { streams.append(Array(try reader.text())) }
    case 2:
      var reader = ByteReader(Array(bytes.dropFirst()))
      for _ in 0..<(try reader.count(limit: bytes.count)) {
        let code = try reader.count(limit: 2 * bytes.count + 1)
        let stored = try reader.take(code >> 1)
        guard code & 1 == 1 else {
          streams.append(Array(stored))
          continue
        }
        guard let stream = Zstandard.decompressed(stored, limit: streamLimit) else {
          throw .damaged
        }
        streams.append(stream)
      }
    default: throw .damaged
    }
    return streams
  }

  private static func bits(_ flags: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
    for (index, flag) in flags.enumerated() where flag { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return bytes
  }

  private static func flags(
    _ bytes: [UInt8], _ count: Int
  ) throws(CompressionError.Problem) -> [Bool] {
    guard bytes.count == (count + 7) / 8 else { throw .damaged }
    return (0..<count).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
  }
}
