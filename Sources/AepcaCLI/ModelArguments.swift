import AEPCA
import ArgumentParser

/// Which model to fit, and where to.
struct ModelArguments: ParsableArguments {
  @Option(
    name: [.customShort("k"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "Components to squeeze each row into: a number, a share of the variance to explain as 0.95, "
        + "or auto. A preset and a latent map have their own.", valueName: "k"))
  var components: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "model"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "CSV file to write the rows' latents to, as 'transform' gives them of the same table; it need "
        + "not be read again for them.", valueName: "file"))
  var latents: String?

  @Option(help: ArgumentHelp("autoencoder or pca.", valueName: "method"))
  var method: Method = .autoencoder

  @Option(help: ArgumentHelp("standard, minmax, robust or none.", valueName: "scaling"))
  var scale: Scaling = .standard

  @Option(help: "The same seed gives the same model.")
  var seed: UInt64 = 0

  @Flag(
    help: ArgumentHelp(
      "Keep no training rows in the model: 'score' and 'clean' then do without the thousand at most "
        + "that they compare others with."))
  var noRows = false

  func validate() throws {
    if let components { _ = try ComponentChoice(option: components) }
  }
}

extension ComponentChoice {
  /// A whole number from 1, a share above 0 and below 1, or auto.
  init(option text: String) throws {
    if text == "auto" {
      self = .automatic
    } else if let count = Int(text), count >= 1 {
      self = .count(count)
    } else if let share = Double(text), share > 0, share < 1 {
      self = .explaining(share)
    } else {
      throw ValidationError(
        "--components: expected 1 or more, a share as 0.95, or auto, found \(text)")
    }
  }
}

extension Method: ExpressibleByArgument {}
extension Scaling: ExpressibleByArgument {}
