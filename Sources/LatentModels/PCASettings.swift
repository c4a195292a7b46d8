import PrincipalComponents

/// How linear components are computed and scaled when they are the model.
///
/// The linear PCA that stands beside an autoencoder always has the defaults.
public struct PCASettings: Sendable, Equatable {
  public var solver: PCA.Solver
  /// Whether scores have variance one.
  public var whitens: Bool

  public init(solver: PCA.Solver = .automatic, whitens: Bool = false) {
    self.solver = solver
    self.whitens = whitens
  }

  func method(componentCount: Int) -> PCA {
    PCA(componentCount: componentCount, solver: solver, whitens: whitens)
  }
}
