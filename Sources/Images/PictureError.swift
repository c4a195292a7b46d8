import Tables

/// Why a picture cannot be read, or is not the one that was expected.
public struct PictureError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// Of another kind; its name where it is known.
    case unknownFormat(String?)
    /// The file ends before the picture does, or what it says makes no sense.
    case damaged(format: String, reason: String)
    case fileTooLarge(bytes: Int)
    /// More pixels than are read, as the file claims.
    case tooLarge(height: Int, width: Int)
    case otherSize(height: Int, width: Int, expectedHeight: Int, expectedWidth: Int)
    case isColored
    case isGray
  }

  public let problem: Problem
  public let path: String

  public init(_ problem: Problem, path: String) {
    self.problem = problem
    self.path = path
  }

  /// Whether the picture is a good one, only not of the size or channels that were expected.
  public var isOfOtherShape: Bool {
    switch problem {
    case .otherSize, .isColored, .isGray: true
    case .unknownFormat, .damaged, .fileTooLarge, .tooLarge: false
    }
  }

  public var description: String {
    "\(path): "
      + {
        switch problem {
        case .unknownFormat(let name):
          "expected a PNG, PGM or PPM picture, found "
            + (name.map { "\($0): convert it first, as with 'ffmpeg -i OLD NEW.png'" }
              ?? "something else")
        case .damaged(let format, let reason):
          "expected a whole \(format) picture, found a damaged one: \(reason)"
        case .fileTooLarge(let bytes):
          "expected a picture of at most \(PictureFile.byteLimit >> 20) MiB, found \(bytes >> 20) MiB"
        case .tooLarge(let height, let width):
          "expected at most \(PictureFile.pixelLimit) pixels, found a claim of \(height)x\(width)"
        case .otherSize(let height, let width, let expectedHeight, let expectedWidth):
          "expected \(expectedHeight)x\(expectedWidth) pixels (height x width), found "
            + "\(height)x\(width); --resize makes all pictures that size"
        case .isColored: "expected a gray picture, found colours; --convert makes them gray"
        case .isGray:
          "expected a picture in colours, found a gray one; --convert takes it for all three"
        }
      }()
  }
}
