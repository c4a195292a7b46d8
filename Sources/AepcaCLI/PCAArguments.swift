import AEPCA
import ArgumentParser

/// What belongs to linear components alone.
struct PCAArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --method pca: auto, full (singular values), covariance_eigh or randomized (the "
        + "largest components of large tables, to within 1e-8).", valueName: "solver"))
  var solver: PCA.Solver?

  @Flag(help: "With --method pca: scores of variance one.")
  var whiten = false

  @Option(
    help: ArgumentHelp(
      "With --method pca: CSV file to write, a row for each column of numbers or level of a "
        + "category with its loadings and correlations.", valueName: "file"))
  var loadings: String?

  /// Refuses options that the method has no use for.
  func check(method: Method) throws {
    guard method != .pca else { return }
    let given = [
      ("--solver", solver != nil), ("--whiten", whiten), ("--loadings", loadings != nil),
    ]
    if let (name, _) = given.first(where: \.1) {
      throw ValidationError("\(name): expected --method pca, found \(method.rawValue)")
    }
  }

  func settings(threads: Int) -> PCASettings {
    PCASettings(solver: solver ?? .automatic, whitens: whiten, threads: threads)
  }
}

extension PCA.Solver: ExpressibleByArgument {}
