import NeuralNetworks

/// The encoder's hidden layers as a user writes them: `dense 64 tanh, dense 32 tanh`, or `none`.
public enum EncoderLayers {
  /// - Throws: ``EncoderLayersError`` with the place of the first word that is not understood.
  public static func parse(
    _ text: String
  ) throws(EncoderLayersError) -> [Autoencoder.HiddenLayer] {
    if text == "none" { return [] }
    var layers: [Autoencoder.HiddenLayer] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: " ")
      func failure(_ word: Substring?, expected: String) -> EncoderLayersError {
        EncoderLayersError(
          text: text,
          position: text.distance(from: text.startIndex, to: word?.startIndex ?? part.endIndex),
          found: word.map(String.init), expected: expected)
      }
      guard words.first == "dense" else {
        throw failure(words.first, expected: "dense (conv and pools go with --image)")
      }
      guard words.count > 1, let units = Int(words[1]), (1...1_000_000).contains(units) else {
        throw failure(words.count > 1 ? words[1] : nil, expected: "a number of units")
      }
      var activation = Activation.relu
      if words.count > 2 {
        guard let known = Activation(rawValue: String(words[2])) else {
          let names = Activation.allCases.map(\.rawValue).joined(separator: ", ")
          throw failure(words[2], expected: "one of \(names)")
        }
        activation = known
      }
      guard words.count <= 3 else { throw failure(words[3], expected: "a comma or the end") }
      layers.append(Autoencoder.HiddenLayer(units: units, activation: activation))
    }
    return layers
  }
}

/// A word in the text of an encoder's layers that is not understood.
public struct EncoderLayersError: Error, Equatable, Sendable, CustomStringConvertible {
  public let text: String
  /// Characters before the word.
  public let position: Int
  public let found: String?
  public let expected: String

  public var description: String {
    let found = found.map { "'\($0)'" } ?? "nothing"
    return "--encoder '\(text)': at character \(position + 1): expected \(expected), found \(found)"
  }
}
