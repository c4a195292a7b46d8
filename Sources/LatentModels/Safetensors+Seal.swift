/// A checksum of the whole file in its own metadata, where any reader of safetensors leaves it.
///
/// `__metadata__["digest"]` holds `xxh3-128:` and 32 hexadecimal digits: the digest of all bytes
/// of the file with zeros in the place of these digits.
extension Safetensors {
  private static let digestKey = "digest"
  private static let digestPrefix = "xxh3-128:"
  private static let digitCount = 32
  private static var zeros: String { String(repeating: "0", count: digitCount) }

  /// The whole file, with its checksum.
  package func sealed() throws -> [UInt8] {
    var file = self
    file.metadata[Safetensors.digestKey] = Safetensors.digestPrefix + Safetensors.zeros
    var bytes = try file.encoded()
    guard let place = Safetensors.digits(in: bytes) else {
      preconditionFailure("an encoded file holds its metadata")
    }
    bytes.replaceSubrange(place, with: Safetensors.digest(of: bytes, digits: place).utf8)
    return bytes
  }

  /// Compares the checksum with the bytes that this was decoded from.
  package func checkSeal(of bytes: [UInt8]) throws(ModelFileError.Problem) {
    guard let stated = metadata[Safetensors.digestKey] else { throw .noChecksum }
    guard let place = Safetensors.digits(in: bytes),
      stated == Safetensors.digestPrefix + Safetensors.digest(of: bytes, digits: place)
    else { throw .damaged }
  }

  /// Refuses NaN and infinities by the name of the tensor.
  func requireFinite() throws(ModelFileError.Problem) {
    for tensor in tensors where !tensor.elements.isFinite { throw .notFinite(name: tensor.name) }
  }

  private static func digest(of bytes: [UInt8], digits: Range<Int>) -> String {
    let digest = Digest()
    digest.add(bytes[..<digits.lowerBound])
    digest.add(Array(zeros.utf8))
    digest.add(bytes[digits.upperBound...])
    return digest.text
  }

  /// Where the digits stand in the header; a quoted key within another text has its quotes escaped.
  private static func digits(in bytes: [UInt8]) -> Range<Int>? {
    let key = Array("\"\(digestKey)\":\"\(digestPrefix)".utf8)
    let header = bytes.prefix(8 + headerLimit)
    guard header.count > key.count + digitCount else { return nil }
    for start in 8..<header.count - key.count - digitCount
    where bytes[start] == key[0] && bytes[start..<start + key.count].elementsEqual(key) {
      let place = start + key.count..<start + key.count + digitCount
      return place
    }
    return nil
  }
}
