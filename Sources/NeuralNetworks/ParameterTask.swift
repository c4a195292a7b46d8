import Kernels

/// How the gradient of a parameter comes from the rows of two slots.
enum GradientSource {
  /// One slot transposed times the other: a layer's inputs and the gradient of its sums.
  case product(rows: Int, columns: Int)
  /// Sums over the columns of a slot.
  case columns(Int)
  /// Sums that stand in the column state.
  case state(Int)
  /// What a convolution adds up itself, by its number in the plan.
  case kernel(of: Int)
  case bias(of: Int)
}

/// A piece of a parameter that one thread updates at a time, contiguous in the flat vector: of
/// a matrix some rows of one panel, just the rows that are one panel of its transpose.
struct ParameterTask {
  var offset: Int
  var count: Int
  /// Rows of the matrix in the piece; 0 for a vector.
  var rows = 0
  var firstRow = 0
  var columns: Int
  var firstColumn = 0
  /// Vectors of the panel.
  var vectors: Int
  /// Where the piece's transpose stands; nil when the way back needs none.
  var transposedOffset: Int?
  var transposedStride = 0
  var decays: Bool
  /// The parameter's sources in the plan's list.
  var sources: Range<Int>

  /// Arithmetic for so many rows of a batch, about.
  func cost(rows batch: Int) -> Int { count * (2 * batch + 60) }

  /// The pieces of all trained parameters in the flat vector's order, and their sources.
  static func all(
    layout: ParameterLayout, sources: [Int: [GradientSource]], needsTranspose: Set<Int>
  ) -> (tasks: [ParameterTask], sources: [GradientSource]) {
    var tasks: [ParameterTask] = []
    var list: [GradientSource] = []
    for (parameter, place) in zip(layout.parameters, layout.places) where parameter.isTrainable {
      let own = sources[place.offset] ?? []
      let range = list.count..<list.count + own.count
      list += own
      guard case .matrix = parameter.form else {
        tasks.append(
          ParameterTask(
            offset: place.offset, count: place.size, columns: place.columns,
            vectors: place.vectors, decays: parameter.decays, sources: range))
        continue
      }
      let transposes = needsTranspose.contains(place.offset)
      for (column, width) in panels(place.vectors) {
        for (row, height) in panels(place.transposedVectors) {
          let rows = min(lanes * height, place.rows - lanes * row)
          tasks.append(
            ParameterTask(
              offset: place.offset + lanes * (column * place.rows + lanes * row * width),
              count: rows * lanes * width, rows: rows, firstRow: lanes * row,
              columns: min(lanes * width, place.columns - lanes * column),
              firstColumn: lanes * column, vectors: width,
              transposedOffset: transposes
                ? place.transposedOffset + lanes * (row * place.columns + lanes * column * height)
                : nil,
              transposedStride: lanes * height, decays: parameter.decays, sources: range))
        }
      }
    }
    return (tasks, list)
  }
}

/// The panels of a packed matrix so many vectors wide: first vector and width of each.
func panels(_ vectors: Int) -> [(first: Int, width: Int)] {
  var result: [(first: Int, width: Int)] = []
  var done = 0
  while done < vectors {
    let width = aepca_panel_vectors(vectors - done)
    result.append((done, width))
    done += width
  }
  return result
}
