import FoundationEssentials

/// Named tensors and text in the safetensors layout, which Python reads too.
///
/// Eight bytes give the length of a JSON header, little-endian; the header gives each tensor's
/// type, shape and place; the numbers follow, little-endian, without gaps.
/// Layout after the format description of the safetensors library.
package struct Safetensors: Equatable {
  package enum Elements: Equatable {
    case float32([Float])
    case float64([Double])
    case int32([Int32])
  }

  package struct Tensor: Equatable {
    package var name: String
    package var shape: [Int]
    package var elements: Elements

    package init(name: String, shape: [Int], elements: Elements) {
      self.name = name
      self.shape = shape
      self.elements = elements
    }
  }

  package var metadata: [String: String]
  package var tensors: [Tensor]

  /// The longest header that is read, in bytes.
  static let headerLimit = 16 << 20

  subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The whole file.
  package func encoded() throws -> [UInt8] {
    var header: [String: HeaderEntry] = ["__metadata__": .metadata(metadata)]
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.elements.byteCount
      header[tensor.name] = .tensor(
        TensorEntry(
          dtype: tensor.elements.typeName, shape: tensor.shape, dataOffsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = [UInt8](try encoder.encode(header))
    // The numbers start at a multiple of eight, so that readers may map them.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + text.count + offset)
    bytes.append(littleEndian: UInt64(text.count))
    bytes.append(contentsOf: text)
    for tensor in tensors { tensor.elements.append(to: &bytes) }
    return bytes
  }

  /// Reads a whole file, every number in it checked before it is used.
  ///
  /// - Parameter allowsNonFinite: Whether a tensor may hold NaN and infinities.
  /// - Throws: ``ModelFileError/Problem`` wrapped by the caller, who knows the path.
  package init(
    decoding bytes: [UInt8], allowsNonFinite: Bool = false
  ) throws(ModelFileError.Problem) {
    guard bytes.count >= 8 else { throw .truncated(expected: 8, found: bytes.count) }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Safetensors.headerLimit) else { throw .notAModel }
    let start = 8 + Int(length)
    guard bytes.count >= start else { throw .truncated(expected: start, found: bytes.count) }
    let header: [String: HeaderEntry]
    do {
      header = try JSONDecoder().decode(
        [String: HeaderEntry].self, from: Data(bytes[8..<start]))
    } catch {
      throw .notAModel
    }
    metadata = [:]
    var places: [(name: String, entry: TensorEntry)] = []
    for (name, entry) in header {
      switch entry {
      case .metadata(let text): metadata = text
      case .tensor(let tensor): places.append((name, tensor))
      }
    }
    for place in places where place.entry.dataOffsets.count != 2 {
      throw .badTensor(name: place.name)
    }
    places.sort { ($0.entry.dataOffsets[0], $0.name) < ($1.entry.dataOffsets[0], $1.name) }
    tensors = []
    var offset = 0
    for (name, entry) in places {
      let (begin, end) = (entry.dataOffsets[0], entry.dataOffsets[1])
      guard begin == offset, end >= begin else { throw .badTensor(name: name) }
      guard end <= bytes.count - start else {
        throw .truncated(expected: start + end, found: bytes.count)
      }
      guard
        let elements = Elements(
          typeName: entry.dtype, shape: entry.shape, bytes: bytes[start + begin..<start + end])
      else { throw .badTensor(name: name) }
      guard allowsNonFinite || elements.isFinite else { throw .notFinite(name: name) }
      tensors.append(Tensor(name: name, shape: entry.shape, elements: elements))
      offset = end
    }
    guard offset == bytes.count - start else {
      throw .trailingBytes(expected: start + offset, found: bytes.count)
    }
  }

  package init(metadata: [String: String], tensors: [Tensor]) {
    self.metadata = metadata
    self.tensors = tensors
  }
}

private struct TensorEntry: Codable {
  let dtype: String
  let shape: [Int]
  let dataOffsets: [Int]

  enum CodingKeys: String, CodingKey {
    case dtype
    case shape
    case dataOffsets = "data_offsets"
  }
}

private enum HeaderEntry: Codable {
  case metadata([String: String])
  case tensor(TensorEntry)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let tensor = try? container.decode(TensorEntry.self) {
      self = .tensor(tensor)
    } else {
      self = .metadata(try container.decode([String: String].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .metadata(let text): try container.encode(text)
    case .tensor(let tensor): try container.encode(tensor)
    }
  }
}

extension Safetensors.Elements {
  fileprivate var typeName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .int32: "I32"
    }
  }

  package var count: Int {
    switch self {
    case .float32(let numbers): numbers.count
    case .float64(let numbers): numbers.count
    case .int32(let numbers): numbers.count
    }
  }

  fileprivate var byteCount: Int {
    switch self {
    case .float32(let numbers): numbers.count * 4
    case .float64(let numbers): numbers.count * 8
    case .int32(let numbers): numbers.count * 4
    }
  }

  var isFinite: Bool {
    switch self {
    case .float32(let numbers): numbers.allSatisfy(\.isFinite)
    case .float64(let numbers): numbers.allSatisfy(\.isFinite)
    case .int32: true
    }
  }

  fileprivate func append(to bytes: inout [UInt8]) {
    func append(_ bits: [some FixedWidthInteger]) {
      unsafe bits.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    switch self {
    case .float32(let numbers): append(numbers.map(\.bitPattern.littleEndian))
    case .float64(let numbers): append(numbers.map(\.bitPattern.littleEndian))
    case .int32(let numbers): append(numbers.map(\.littleEndian))
    }
  }

  /// Nil when type, shape and bytes do not agree.
  fileprivate init?(typeName: String, shape: [Int], bytes: ArraySlice<UInt8>) {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    // So many bytes must be there before so many numbers are made of them.
    switch typeName {
    case "F32" where bytes.count % 4 == 0 && bytes.count / 4 == count:
      self = .float32(Self.bits(UInt32.self, in: bytes).map(Float.init(bitPattern:)))
    case "F64" where bytes.count % 8 == 0 && bytes.count / 8 == count:
      self = .float64(Self.bits(UInt64.self, in: bytes).map(Double.init(bitPattern:)))
    case "I32" where bytes.count % 4 == 0 && bytes.count / 4 == count:
      self = .int32(Self.bits(Int32.self, in: bytes))
    default: return nil
    }
  }

  private static func bits<Bits: FixedWidthInteger>(
    _: Bits.Type, in bytes: ArraySlice<UInt8>
  ) -> [Bits] {
    let size = MemoryLayout<Bits>.size
    return unsafe bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map {
        Bits(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: $0 * size, as: Bits.self))
      }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian bits: some FixedWidthInteger) {
    for shift in stride(from: 0, to: bits.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
}
