import NeuralNetworks

/// A layer of the encoder of pictures; the decoder has its counterpart.
public enum ImageLayer: Codable, Sendable, Equatable {
  /// Keeps height and width, or divides them by the stride, rounded up.
  case convolution(filters: Int, kernelSize: Int, stride: Int = 1, activation: Activation)
  /// Divides height and width, rounded up.
  case maxPooling(size: Int)
  case averagePooling(size: Int)
  /// Takes all numbers of the picture at once.
  case dense(units: Int, activation: Activation)

  /// As a user writes it.
  public var text: String {
    switch self {
    case .convolution(let filters, let kernelSize, let stride, let activation):
      "conv \(filters) \(kernelSize)\(stride == 1 ? "" : " /\(stride)") \(activation.rawValue)"
    case .maxPooling(let size): "maxpool \(size)"
    case .averagePooling(let size): "avgpool \(size)"
    case .dense(let units, let activation): "dense \(units) \(activation.rawValue)"
    }
  }

  public var isDense: Bool { if case .dense = self { true } else { false } }
}

extension EncoderLayers {
  /// Reads layers of pictures: `conv 64 3 relu, maxpool 2, conv 32 3 /2 relu, dense 64 relu`.
  ///
  /// A convolution has filters, the side of its kernel, perhaps a stride behind a slash, and an
  /// activation, relu by default.
  ///
  /// - Throws: ``EncoderLayersError`` with the place of the first word that is not understood.
  public static func parseImage(_ text: String) throws(EncoderLayersError) -> [ImageLayer] {
    if text == "none" { return [] }
    var layers: [ImageLayer] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      var words = LayerWords(text: text, part: part)
      let kind = words.next()
      switch kind {
      case "conv":
        guard !layers.contains(where: \.isDense) else {
          throw words.failure(kind, expected: "no convolution after a dense layer")
        }
        let filters = try words.number(called: "a number of filters", in: 1...65_536)
        let kernelSize = try words.number(called: "the side of a kernel", in: 1...255)
        let stride = try words.stride()
        layers.append(
          .convolution(
            filters: filters, kernelSize: kernelSize, stride: stride,
            activation: try words.activation()))
      case "maxpool", "avgpool":
        guard !layers.contains(where: \.isDense) else {
          throw words.failure(kind, expected: "no pooling after a dense layer")
        }
        let size = try words.number(called: "a side from 2 to 255", in: 2...255)
        layers.append(kind == "maxpool" ? .maxPooling(size: size) : .averagePooling(size: size))
      case "dense":
        let units = try words.number(called: "a number of units", in: 1...1_000_000)
        layers.append(.dense(units: units, activation: try words.activation()))
      default: throw words.failure(kind, expected: "conv, maxpool, avgpool or dense")
      }
      if let word = words.next() {
        throw words.failure(word, expected: "a comma or the end")
      }
    }
    return layers
  }
}

/// The words of one layer, taken one by one.
private struct LayerWords {
  let text: String
  let part: Substring
  private var rest: ArraySlice<Substring>

  init(text: String, part: Substring) {
    self.text = text
    self.part = part
    rest = part.split(separator: " ")[...]
  }

  mutating func next() -> Substring? { rest.popFirst() }

  func failure(_ word: Substring?, expected: String) -> EncoderLayersError {
    EncoderLayersError(
      text: text,
      position: text.distance(from: text.startIndex, to: word?.startIndex ?? part.endIndex),
      found: word.map(String.init), expected: expected)
  }

  mutating func number(
    called name: String, in range: ClosedRange<Int>
  ) throws(EncoderLayersError) -> Int {
    let word = next()
    guard let number = word.flatMap({ Int($0) }), range.contains(number) else {
      throw failure(word, expected: name)
    }
    return number
  }

  /// What stands behind a slash, or 1.
  mutating func stride() throws(EncoderLayersError) -> Int {
    guard let word = rest.first, word.hasPrefix("/") else { return 1 }
    rest.removeFirst()
    guard let stride = Int(word.dropFirst()), (1...255).contains(stride) else {
      throw failure(word, expected: "a stride as /2")
    }
    return stride
  }

  mutating func activation() throws(EncoderLayersError) -> Activation {
    guard let word = next() else { return .relu }
    guard let activation = Activation(rawValue: String(word)) else {
      let names = Activation.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure(word, expected: "one of \(names)")
    }
    return activation
  }
}
