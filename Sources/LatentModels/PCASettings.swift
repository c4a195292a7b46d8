import LinearAlgebra
import Preprocessing
import PrincipalComponents

/// How linear components are computed and scaled when they are the model.
///
/// The linear PCA that stands beside an autoencoder always has the defaults.
public struct PCASettings: Sendable, Equatable {
  public var solver: PCA.Solver
  /// Whether scores have variance one.
  public var whitens: Bool
  /// How many threads may share the work; the model is the same for any.
  public var threads: Int

  public init(solver: PCA.Solver = .automatic, whitens: Bool = false, threads: Int = 1) {
    self.solver = solver
    self.whitens = whitens
    self.threads = threads
  }

  func method(componentCount: Int, seed: UInt64) -> PCA {
    PCA(componentCount: componentCount, solver: solver, whitens: whitens, seed: seed)
  }
}
