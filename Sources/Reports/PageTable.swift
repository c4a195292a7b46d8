/// A table of the page; all of it escaped.
struct PageTable {
  enum Cell {
    /// What the row is of; its header.
    case name(String)
    case text(String)
    case number(String)

    static func decimal(_ value: Double?) -> Cell {
      .number(value.map { shortDecimal($0, digits: 3) } ?? "–")
    }
  }

  private let titles: [String]
  private let rows: [[Cell]]
  private let textColumns: Set<Int>

  /// - Parameter textColumns: Columns that hold words, besides the first.
  init(_ titles: [String], _ rows: [[Cell]], textColumns: Set<Int> = []) {
    self.titles = titles
    self.rows = rows
    self.textColumns = textColumns
  }

  /// The table in a box that scrolls where it is wider than the window.
  var html: String {
    let head = titles.enumerated().map { index, title in
      "<th scope=\"col\"\(textColumns.contains(index) ? " class=\"text\"" : "")>\(title.htmlEscaped)</th>"
    }
    let body = rows.map { row in
      "<tr>"
        + row.map { cell in
          switch cell {
          case .name(let text):
            "<th scope=\"row\" title=\"\(text.htmlEscaped)\">\(text.htmlEscaped)</th>"
          case .text(let text): "<td class=\"text\">\(text.htmlEscaped)</td>"
          case .number(let text): "<td>\(text.htmlEscaped)</td>"
          }
        }.joined() + "</tr>"
    }
    return
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr>"
      + head.joined() + "</tr></thead><tbody>" + body.joined(separator: "\n")
      + "</tbody></table></div>"
  }

  /// The table behind a line that opens it.
  ///
  /// - Parameter source: What the page's script fills it from when it is opened; nil where the rows
  ///   stand in it.
  func details(title: String = "Numbers", filledBy source: String? = nil) -> String {
    "<details\(source.map { " data-table=\"\($0)\"" } ?? "")><summary>\(title)</summary>"
      + "\(html)</details>"
  }
}

/// A chart with its title, what it shows in words, and its numbers.
struct PageFigure {
  /// By which the page's script knows what to draw.
  let id: String
  var title = ""
  var text = ""
  /// For who cannot see it.
  let describing: String
  /// `tall`, `short` or nothing.
  let size: String

  func html(_ table: PageTable?) -> String {
    let caption =
      title.isEmpty && text.isEmpty
      ? ""
      : "<figcaption>" + (title.isEmpty ? "" : "<h3>\(title.htmlEscaped)</h3>")
        + (text.isEmpty ? "" : "<p>\(text.htmlEscaped)</p>") + "</figcaption>"
    let label =
      describing + (table == nil ? ". The numbers stand below." : ". The numbers follow.")
    return
      "<figure>\(caption)<div class=\"plot \(size)\"><canvas data-chart=\"\(id)\" role=\"img\" "
      + "tabindex=\"0\" aria-label=\"\(label.htmlEscaped)\"></canvas></div>"
      + (table?.details() ?? "") + "</figure>"
  }
}
