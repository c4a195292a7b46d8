import LatentModels
import Testing

@Test func `layers are read in order, relu unless an activation is named`() throws {
  #expect(
    try EncoderLayers.parse("dense 64 tanh, dense 32") == [
      .init(units: 64, activation: .tanh), .init(units: 32, activation: .relu),
    ])
  #expect(try EncoderLayers.parse("none").isEmpty)
}

@Test(arguments: [
  ("dens 64", 0, "dens"), ("dense 64, conv 3", 10, "conv"), ("dense x", 6, "x"),
  ("dense 64 thanh", 9, "thanh"), ("dense 64 tanh 3", 14, "3"), ("dense 0", 6, "0"),
])
func `a word that is not understood is pointed at`(text: String, position: Int, word: String) {
  do {
    _ = try EncoderLayers.parse(text)
    Issue.record("'\(text)' was understood")
  } catch {
    #expect(error.position == position)
    #expect(error.found == word)
  }
}

@Test func `a layer without its units is an error at the end of the layer`() {
  do {
    _ = try EncoderLayers.parse("dense 64, dense")
    Issue.record("a layer without units was understood")
  } catch {
    #expect(error.found == nil)
    #expect("\(error)".contains("expected a number of units, found nothing"))
  }
}
