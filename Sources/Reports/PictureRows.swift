import FoundationEssentials
import Images
import LatentModels
import LinearAlgebra
import Preprocessing
import Tables

/// Rows of pixels as pictures: as they are, their latents, and what both methods give back.
struct PictureRows: Sendable {
  /// A picture of each row, all of one kind.
  struct Strip: Sendable {
    var title: String
    var pictures: [Picture]
  }

  /// In the file, from 1, the header not counted.
  var rowNumbers: [Int]
  var strips: [Strip]

  /// Pictures beside each other: as many as can be told apart on a phone.
  static let most = 8
  /// The longest side of a picture in the page; larger ones are made so small.
  ///
  /// Noise in colours is the worst case: two groups of four strips take less than 1 MB.
  static func sideLimit(channels: Int) -> Int { channels == 1 ? 96 : 64 }
}

extension PictureRows {
  /// Draws some of the rows that judge.
  ///
  /// - Parameters:
  ///   - rows: Positions among them.
  ///   - own: All of them as the nonlinear model gives them back, and `other` as the linear one does.
  /// - Returns: Nil when the columns are no pictures that can be drawn.
  init?(
    _ rows: [Int], of pair: JudgedPair, own: Table, other: Table
  ) throws {
    let (split, model) = (pair.split, pair.nonlinearModel)
    guard
      let (shape, schema) = try? own.schema.pixels(
        of: split.preprocessor.pixels?.shape, path: ""),
      shape.channels == 1 || shape.channels == 3, shape.height > 1, shape.width > 1
    else { return nil }
    func pictures(_ table: Table) -> [Picture] {
      let columns = schema.columns.compactMap { table[$0.name] }
      return Picture.pictures(of: columns, rows: rows, shape: shape, scale: model.pixelScale)
        .map { $0.within(PictureRows.sideLimit(channels: shape.channels)) }
    }
    let latents = try model.latentModel.encode(
      split.judging.samples.samples(at: rows), components: pair.components)
    let latentShape =
      pair.components == model.latentModel.componentCount ? model.latentShape : [pair.components]
    rowNumbers = rows.map { split.testRowNumbers[$0] }
    let count = pair.components
    strips = [
      Strip(title: "Originals", pictures: pictures(split.testTable)),
      Strip(
        title: count == 1
          ? "The one nonlinear component, the least black and the greatest white"
          : "The \(count) nonlinear components, the least black and the greatest white",
        pictures: LatentDrawing(shape: latentShape).pictures(of: latents)),
      Strip(title: "Given back from \(count) nonlinear", pictures: pictures(own)),
      Strip(title: "Given back from \(count) linear", pictures: pictures(other)),
    ]
  }
}

extension PictureRows {
  /// The strips below each other; who cannot see them hears what they are.
  var html: String {
    let numbers = rowNumbers.map(String.init)
    let rows =
      numbers.count == 1
      ? "row \(numbers[0])"
      : "rows \(numbers.dropLast().joined(separator: ", ")) and \(numbers.last ?? "")"
    let figures = strips.map { strip in
      // Their pixels are to be seen as such, and not to run into each other.
      let isSmall = strip.pictures.allSatisfy { max($0.height, $0.width) <= 40 }
      let images = strip.pictures.map { picture in
        let text = Data(PictureFile.encode(picture)).base64EncodedString()
        return "<img alt=\"\" width=\"\(picture.width)\" height=\"\(picture.height)\" "
          + "src=\"data:image/png;base64,\(text)\">"
      }
      return """
        <figure class="strip"><figcaption>\(strip.title)</figcaption>
        <div role="img"\(isSmall ? " class=\"pixels\"" : "") aria-label="\(strip.title): pictures of \(rows)">\(images.joined())</div></figure>
        """
    }
    return "<div class=\"strips\">\(figures.joined(separator: "\n"))</div>"
  }
}

extension Picture {
  /// As it is, or made small enough that its longest side has at most so many pixels.
  fileprivate func within(_ side: Int) -> Picture {
    let longest = max(height, width)
    guard longest > side else { return self }
    return resized(
      height: max(1, height * side / longest), width: max(1, width * side / longest))
  }
}
