import Tables

extension Picture {
  /// The pictures of rows of pixels; a missing pixel is black.
  ///
  /// - Parameters:
  ///   - columns: Of numbers, in the order of ``Tables/ImageShape/columnNames``.
  ///   - rows: Which of the rows; nil for all.
  ///   - shape: Of one channel or three.
  public static func pictures(
    of columns: [Column], rows: [Int]? = nil, shape: ImageShape, scale: PixelScale
  ) -> [Picture] {
    let numbers = columns.map { column -> [Double] in
      if case .numbers(let numbers) = column.values { numbers } else { [] }
    }
    return (rows ?? Array(0..<(columns.first?.count ?? 0))).map { row in
      Picture(
        row: numbers.map { $0[row].isNaN ? scale.black : $0[row] }, shape: shape, scale: scale)
    }
  }
}
