import NeuralNetworks
import Tables

extension SearchPlan {
  /// The plan for pictures and series.
  ///
  /// Few filters trained for long do better than many in the same time, and noise does not help
  /// them. Dense layers are tried too: for some pictures they are better. All are trained to the
  /// end, for after few steps the dense ones are ahead of convolutions that overtake them.
  static func forImages(_ effort: Effort, rowCount: Int, shape: ImageShape) -> SearchPlan {
    func dense(_ noise: Double, steps: Int) -> Candidate {
      Candidate([128, 128, 128, 128], noise: noise, steps: steps)
    }
    let candidates: [Candidate] =
      switch effort {
      case .quick: [convolution(shape, filters: 8, steps: 400)]
      case .standard: [convolution(shape, filters: 8, steps: 1600), dense(0.05, steps: 3200)]
      case .thorough:
        [8, 16].map { convolution(shape, filters: $0, steps: 4000) }
          + [0.05, 0.1].map { dense($0, steps: 8000) }
      }
    return SearchPlan(
      screened: candidates, finalistCount: candidates.count,
      stepFactor: rowCount < manyRows ? 1 : 2)
  }

  /// The candidates for pictures that are too few to spare any.
  ///
  /// Five folds train each, so that they are few.
  static func forFewImages(_ effort: Effort, shape: ImageShape) -> [Candidate] {
    let steps = [Effort.quick: 200, .standard: 600, .thorough: 2000][effort] ?? 600
    let noises = effort == .thorough ? [0, 0.1, 0.3] : [0.1]
    return [convolution(shape, filters: 8, steps: steps)]
      + noises.map { Candidate([64, 64, 64, 64], noise: $0, steps: 2 * steps) }
  }

  private static func convolution(
    _ shape: ImageShape, filters: Int, steps: Int
  ) -> Candidate {
    var candidate = Candidate([], noise: 0, steps: steps)
    candidate.imageLayers = layers(shape, filters: filters)
    return candidate
  }

  /// Halves the picture until its longer side has at most eight pixels, and doubles the filters each
  /// time up to four times as many.
  package static func layers(_ shape: ImageShape, filters: Int) -> [ImageLayer] {
    var layers: [ImageLayer] = []
    var side = max(shape.height, shape.width)
    var count = filters
    while side > 8 {
      layers.append(.convolution(filters: count, kernelSize: 3, activation: .silu))
      layers.append(.maxPooling(size: 2))
      side = (side + 1) / 2
      count = min(4 * filters, count * 2)
    }
    layers.append(.convolution(filters: count, kernelSize: 3, activation: .silu))
    return layers
  }
}
