import AEPCA
import ArgumentParser

/// What belongs to linear components alone.
struct PCAArguments: ParsableArguments {
  @Flag(help: "With --method pca: scores of variance one.")
  var whiten = false

  /// Refuses options that the method has no use for.
  func check(method: Method) throws {
    guard method != .pca else { return }
    if whiten { throw ValidationError("--whiten: expected --method pca, found \(method.rawValue)") }
  }

  var settings: PCASettings { PCASettings(whitens: whiten) }
}
