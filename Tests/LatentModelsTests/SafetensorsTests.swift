import LatentModels
import Testing

private let example = Safetensors(
  metadata: ["note": "a \"quoted\" word"],
  tensors: [
    .init(name: "bias", shape: [2], elements: .float32([1, -2])),
    .init(name: "mean", shape: [1, 3], elements: .float64([0.5, 1e-300, -1e300])),
  ])

@Test func `a file begins with its header's length, and the numbers follow the header`() throws {
  let bytes = try Safetensors(
    metadata: [:], tensors: [.init(name: "x", shape: [1], elements: .float32([1]))]
  ).encoded()
  let header = #"{"__metadata__":{},"x":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}}"#
  // 72 characters are already a multiple of eight.
  #expect(bytes == [72, 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0x80, 0x3F])
}

@Test func `decoding gives back what was encoded`() throws {
  #expect(try Safetensors(decoding: example.encoded()) == example)
}

@Test func `every file cut short is refused`() throws {
  let bytes = try example.encoded()
  for length in 0..<bytes.count {
    #expect(throws: ModelFileError.Problem.self) {
      try Safetensors(decoding: Array(bytes.prefix(length)))
    }
  }
}

@Test func `a file with more bytes than its tensors is refused`() throws {
  let bytes = try example.encoded()
  #expect(
    throws: ModelFileError.Problem.trailingBytes(expected: bytes.count, found: bytes.count + 1)
  ) {
    try Safetensors(decoding: bytes + [0])
  }
}

@Test func `no altered byte brings the reader down`() throws {
  let bytes = try example.encoded()
  var read = 0
  for position in bytes.indices {
    for value: UInt8 in [0, 0x22, 0x39, 0x7D, 0xFF] {
      var altered = bytes
      altered[position] = value
      if (try? Safetensors(decoding: altered)) != nil { read += 1 }
    }
  }
  // Another number in a tensor is still a number; most other changes are refused.
  #expect(read < bytes.count * 5)
}

/// Headers that lie about their tensors, and the tensor or problem that must be named.
@Test(arguments: [
  #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
  #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
  #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
  #"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
  #"{"x":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#,
  #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
  #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#,
])
func `a tensor whose shape and place disagree is named`(header: String) {
  let length = UInt8(header.utf8.count)
  let bytes = [length, 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0, 0]
  #expect(throws: ModelFileError.Problem.badTensor(name: "x")) {
    try Safetensors(decoding: bytes)
  }
}

@Test func `a header longer than the limit is refused before it is looked for`() {
  #expect(throws: ModelFileError.Problem.notAModel) {
    try Safetensors(decoding: [0, 0, 0, 0, 0, 0, 0, 0x10, 1, 2])
  }
}

@Test func `numbers that are not finite are refused by the name of their tensor`() throws {
  let bytes = try Safetensors(
    metadata: [:], tensors: [.init(name: "w", shape: [1], elements: .float64([.infinity]))]
  ).encoded()
  #expect(throws: ModelFileError.Problem.notFinite(name: "w")) { try Safetensors(decoding: bytes) }
}
