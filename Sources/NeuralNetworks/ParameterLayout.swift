import Kernels

/// Lanes of a vector: widths are padded to a multiple of it.
let lanes = Int(AEPCA_LANES)

func padded(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

/// Where a parameter stands in the flat vector of weights.
struct ParameterPlace {
  var offset: Int
  /// A matrix stands in packed panels of its columns; a vector has one row.
  var rows: Int
  var columns: Int
  /// Where the transpose stands among the transposes, for a matrix.
  var transposedOffset = 0
  /// Whether a kernel's rows are the units, for its shape then wastes fewer lanes.
  var rowsAreUnits = false

  var vectors: Int { padded(columns) / lanes }
  var transposedVectors: Int { padded(rows) / lanes }
  var size: Int { rows * padded(columns) }

  /// Calls with each entry's number, row by row in a kernel of shape `[inputs, units]`, and its
  /// place in the flat vector.
  func forEachEntry(_ body: (_ entry: Int, _ place: Int) -> Void) {
    let starts = panels(vectors).flatMap { first, width in
      (0..<width).map {
        (base: offset + lanes * (first * rows + $0), width: lanes * width)
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let start = starts[column / lanes]
        body(
          rowsAreUnits ? column * rows + row : row * columns + column,
          start.base + row * start.width + column % lanes)
      }
    }
  }
}

/// The order of all parameters of a model in one flat vector: those that decay first, then the
/// others that are trained, then those that are not.
struct ParameterLayout {
  private(set) var parameters: [Parameter] = []
  private(set) var places: [ParameterPlace] = []
  private var numbers: [ObjectIdentifier: Int] = [:]
  private(set) var decayingCount = 0
  private(set) var trainableCount = 0
  private(set) var count = 0
  private(set) var transposedCount = 0

  /// - Parameter trains: Whether kernels may be turned, which needs their transposes forward.
  init(_ all: [Parameter], trains: Bool) {
    let ordered =
      all.filter { $0.isTrainable && $0.decays } + all.filter { $0.isTrainable && !$0.decays }
      + all.filter { !$0.isTrainable }
    for parameter in ordered {
      let (rows, columns) =
        switch parameter.form {
        case .matrix(let inputs, let outputs): (inputs, outputs)
        case .vector(let count): (1, count)
        case .kernel(let shape, _): (shape.dropLast().reduce(1, *), shape.last ?? 1)
        }
      var place = ParameterPlace(offset: count, rows: rows, columns: columns)
      if case .matrix(let inputs, let units) = parameter.form {
        // Only inputs that fill their lanes, so that what stands in others never matters.
        if trains, inputs % lanes == 0, padded(units) > units {
          place = ParameterPlace(
            offset: count, rows: units, columns: inputs, rowsAreUnits: true)
        }
      }
      numbers[ObjectIdentifier(parameter)] = parameters.count
      parameters.append(parameter)
      places.append(place)
      count += place.size
      if parameter.isTrainable { trainableCount = count }
      if parameter.isTrainable && parameter.decays { decayingCount = count }
    }
    // The last first, as the way back reads them: what follows is fetched ahead.
    for index in parameters.indices.reversed() {
      guard case .matrix = parameters[index].form else { continue }
      places[index].transposedOffset = transposedCount
      transposedCount += places[index].columns * padded(places[index].rows)
    }
  }

  func place(of parameter: Parameter) -> ParameterPlace? {
    numbers[ObjectIdentifier(parameter)].map { places[$0] }
  }

  /// Copies the layers' weights into the flat vector; the lanes between are left alone.
  func pack(into flat: FloatBuffer) {
    for (parameter, place) in zip(parameters, places) {
      let values = parameter.values
      place.forEachEntry { unsafe flat.start[$1] = values[$0] }
    }
  }

  /// Gives the flat vector's weights back to the layers.
  func unpack(from flat: FloatBuffer) {
    for (parameter, place) in zip(parameters, places) {
      var values = [Float](repeating: 0, count: parameter.count)
      place.forEachEntry { values[$0] = unsafe flat.start[$1] }
      parameter.values = values
    }
  }
}
