/// How large the errors of a fit's rows were, to tell how unusual a row's error is.
///
/// They are errors of rows that the model, or the model of the other folds, was not trained on:
/// it knows its training rows too well, and any new row would look unusual beside them. Only when
/// a fit held no rows out do its training rows stand in.
public struct ErrorQuantiles: Codable, Sendable, Equatable {
  /// The least error, the greatest, and others at even distances in rank between them.
  public var values: [Float]
  /// Rows that they are from.
  public var rowCount: Int

  enum CodingKeys: String, CodingKey {
    case values
    case rowCount = "rows"
  }

  private static let limit = 1001

  /// - Parameter errors: Of one row each, in any order; nil without any.
  public init?(of errors: [Double]) {
    guard !errors.isEmpty else { return nil }
    let sorted = errors.sorted()
    let count = min(ErrorQuantiles.limit, sorted.count)
    values = (0..<count).map { place in
      // Float32 is more than a rank needs, and half of the text in the model file.
      Float(sorted[count == 1 ? 0 : place * (sorted.count - 1) / (count - 1)])
    }
    rowCount = sorted.count
  }

  /// The share of the rows with a smaller error, between two of them in proportion: 0...1.
  public func quantile(of error: Double) -> Double {
    let error = Float(error)
    guard let first = values.first, let last = values.last, error > first else { return 0 }
    guard error < last else { return 1 }
    var low = 0
    var high = values.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if values[middle] < error { low = middle } else { high = middle }
    }
    let width = values[high] - values[low]
    let share = width > 0 ? (error - values[low]) / width : 1
    return (Double(low) + Double(share)) / Double(values.count - 1)
  }

  /// Whether the values can be searched: from a file, nothing is taken on trust.
  var isSound: Bool {
    !values.isEmpty && values.allSatisfy { $0.isFinite && $0 >= 0 }
      && zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }
  }
}
