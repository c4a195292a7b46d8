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

  @Option(
    help: ArgumentHelp(
      "What a table may take of memory. Linear components read a larger file in blocks (64 without "
        + "this option); all else keeps arrays beyond it in a temporary file, in TMPDIR or /var/tmp "
        + "(half of what is free without it).", valueName: "MiB"))
  var memory: Int?

  /// What linear components hold of a file, in MiB.
  var memoryForBlocks: Int { memory ?? 64 }

  func validate() throws {
    guard let memory else { return }
    guard (0...1 << 30).contains(memory) else {
      throw ValidationError("--memory: expected 0 to \(1 << 30), found \(memory)")
    }
  }

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
