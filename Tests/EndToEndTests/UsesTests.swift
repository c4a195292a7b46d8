import Foundation
import Testing

/// A curve that one number describes, with a category, a whole number and an identifier.
private func curve(rows: Int, from start: Int = 0) -> String {
  var text = "id,angle,height,count,side\n"
  for row in start..<start + rows {
    // Steps of the golden ratio spread rows evenly without a random number.
    let t = 4 * (Double(row) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1) - 2
    let height = (t * t * 100).rounded() / 100
    text += "row \(row),\((10 * t).rounded() / 10),\(height),\(Int((10 * t).rounded())),"
    text += (t < 0 ? "left" : "right") + "\n"
  }
  return text
}

private func fitted(_ scratch: Scratch, rows: Int = 300) throws {
  try scratch.write(curve(rows: rows), to: "train.csv")
  let fit = try scratch.aepca(
    "fit", "train.csv", "-k", "1", "--effort", "quick", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
}

private func lines(_ text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

// MARK: score

@Test func `a row off the curve is unusual, and columns are to blame`() throws {
  let scratch = try Scratch()
  try fitted(scratch)
  try scratch.write(
    "id,angle,height,count,side\nx,1.0,1.0,10,right\ny,1.0,4.0,10,right\n", to: "new.csv")
  let scores = try scratch.aepca(
    "score", "m.aepca", "new.csv", "--threshold", "0.99", "--keep", "id")
  #expect(scores.status == 0, "\(scores.errors)")
  let (header, rows) = cells(scores.output)
  #expect(header == ["id", "error", "distance", "quantile", "worst_columns", "unusual"])
  #expect(rows[0][5] == "false")
  #expect(rows[1][3] == "1.0" && rows[1][5] == "true")
  #expect(!rows[1][4].isEmpty)
  #expect(scores.errors.contains("1 of 2 rows at or above quantile 0.99"))
  let again = try scratch.aepca(
    "score", "m.aepca", "new.csv", "--threshold", "0.99", "--keep", "id", "--threads", "1")
  #expect(again.output == scores.output)
}

@Test func `a model that keeps no rows scores by the error, and says so`() throws {
  let scratch = try Scratch()
  try scratch.write(curve(rows: 300), to: "train.csv")
  let fit = try scratch.aepca(
    "fit", "train.csv", "-k", "1", "--effort", "quick", "--no-rows", "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  try scratch.write(
    "id,angle,height,count,side\nx,1.0,1.0,10,right\ny,1.0,4.0,10,right\n", to: "new.csv")
  let scores = try scratch.aepca("score", "m.aepca", "new.csv")
  #expect(scores.status == 0, "\(scores.errors)")
  #expect(scores.errors.contains("m.aepca keeps no training rows"))
  let rows = cells(scores.output).rows
  #expect(rows.allSatisfy { $0[1].isEmpty } && rows[1][2] == "1.0")
  #expect(try scratch.aepca("inspect", "m.aepca").output.contains("keeps no training rows"))
}

/// Rows that the fit held out are a hundred of a hundred, so of as many new ones like them about
/// five pass 0.95; with 300 of each, a share of 0.1 is four standard deviations off.
@Test(arguments: ["autoencoder", "pca"])
func `few rows like those of the fit are unusual`(method: String) throws {
  let scratch = try Scratch()
  try scratch.write(curve(rows: 300), to: "train.csv")
  try scratch.write(curve(rows: 300, from: 1000), to: "new.csv")
  let fit = try scratch.aepca(
    "fit", "train.csv", "-k", "1", "--effort", "quick", "--method", method, "-o", "m.aepca")
  #expect(fit.status == 0, "\(fit.errors)")
  let rows = cells(
    try scratch.aepca("score", "m.aepca", "new.csv", "--threshold", "0.95").output
  ).rows
  #expect(rows.count == 300)
  #expect(rows.count { $0[4] == "true" } <= 30)
}

@Test func `a threshold beyond 0 to 1 is refused before the model is read`() throws {
  let refused = try Scratch().aepca("score", "no.aepca", "no.csv", "--threshold", "1.5")
  #expect(refused.status == 64)
  #expect(refused.errors.contains("--threshold: expected a quantile from 0 to 1, found 1.5"))
}

// MARK: clean

@Test func `missing cells are filled from their row, and no other cell changes`() throws {
  let scratch = try Scratch()
  try fitted(scratch)
  try scratch.write(
    "side,note,id,angle,height,count\nright,\"a,b\",r1,01.0,, 10\n,,r2,-1.0,1.0,NA\n"
      + "mid, x ,r3,1.00,1.0,10\n", to: "messy.csv")
  let clean = try scratch.aepca(
    "clean", "m.aepca", "messy.csv", "--only-missing", "--changes", "changes.csv", "-o",
    "clean.csv")
  #expect(clean.status == 0, "\(clean.errors)")
  let after = lines(try scratch.read("clean.csv"))
  #expect(after[0] == "side,note,id,angle,height,count")
  // Untouched cells are the same bytes, odd ones too; an unseen category is a cell that is there.
  #expect(after[1].hasPrefix("right,\"a,b\",r1,01.0,") && after[1].hasSuffix(", 10"))
  #expect(after[2].hasPrefix("left,,r2,-1.0,1.0,-"))
  #expect(after[3] == "mid, x ,r3,1.00,1.0,10")
  let height = try #require(Double(after[1].split(separator: ",")[5]))
  #expect(abs(height - 1) < 0.3)
  // A whole number comes back whole.
  let count = try #require(Int(after[2].split(separator: ",", omittingEmptySubsequences: false)[5]))
  #expect(abs(count + 10) <= 2)
  let changes = cells(try scratch.read("changes.csv"))
  #expect(changes.header == ["line", "column", "before", "after", "held_out_error"])
  #expect(changes.rows.map { $0[0] + $0[1] } == ["2height", "3count", "3side"])
  #expect(changes.rows.map { $0[2] } == ["", "NA", ""])
  #expect(changes.rows.allSatisfy { Double($0[4]) != nil })
}

@Test func `a table that misses nothing comes back as it is`() throws {
  let scratch = try Scratch()
  try fitted(scratch)
  let clean = try scratch.aepca("clean", "m.aepca", "train.csv", "--only-missing")
  #expect(clean.status == 0)
  #expect(clean.output == (try scratch.read("train.csv")))
}

@Test func `a model fitted to noisy rows takes noise out`() throws {
  let scratch = try Scratch()
  try scratch.write(curve(rows: 600), to: "clean.csv")
  let noisy = try scratch.aepca(
    "corrupt", "clean.csv", "--gaussian", "0.3", "--seed", "1", "-o", "noisy.csv")
  #expect(noisy.status == 0, "\(noisy.errors)")
  for (name, options) in [
    ("noise", ["clean.csv", "--noise", "gaussian:0.3", "--exclude", "side"]),
    ("target", ["noisy.csv", "--target", "clean.csv", "--exclude", "side"]),
  ] {
    let fit = try scratch.aepca(
      ["fit"] + options + ["-k", "1", "--effort", "quick", "-o", "\(name).aepca"])
    #expect(fit.status == 0, "\(fit.errors)")
    let back = try scratch.aepca("clean", "\(name).aepca", "noisy.csv")
    #expect(back.status == 0, "\(back.errors)")
    func error(_ text: String) throws -> Double {
      let pairs = zip(cells(text).rows, cells(try scratch.read("clean.csv")).rows)
      return pairs.reduce(0) { $0 + pow((Double($1.0[1]) ?? 0) - (Double($1.1[1]) ?? 0), 2) }
    }
    // Three noisy views of one number: about a third of the noise's variance remains at best.
    #expect(try error(back.output) < 0.7 * error(scratch.read("noisy.csv")))
  }
}

@Test func `noise that needs numbers is refused on a category`() throws {
  let scratch = try Scratch()
  try scratch.write(curve(rows: 60), to: "train.csv")
  let fit = try scratch.aepca(
    "fit", "train.csv", "-k", "1", "--noise", "salt-pepper:0.5", "-o", "m.aepca")
  #expect(fit.status == 65)
  #expect(fit.errors.contains("column 'side': expected numbers for salt-pepper noise"))
  #expect(!scratch.exists("m.aepca"))
  let corrupt = try scratch.aepca("corrupt", "train.csv", "--gaussian", "1", "--column", "side")
  #expect(corrupt.status == 65)
  #expect(corrupt.errors.contains("column 'side': expected numbers"))
  let unknown = try scratch.aepca(
    "fit", "train.csv", "-k", "1", "--noise", "pink:0.5", "-o", "m.aepca")
  #expect(unknown.status == 64)
}

@Test func `a target of other rows or columns is refused with what differs`() throws {
  let scratch = try Scratch()
  try scratch.write("a,b\n1,2\n2,3\n3,5\n4,4\n", to: "noisy.csv")
  try scratch.write("a,b\n1,2\n2,3\n3,5\n", to: "short.csv")
  try scratch.write("a,c\n1,2\n2,3\n3,5\n4,4\n", to: "other.csv")
  let short = try scratch.aepca(
    "fit", "noisy.csv", "--target", "short.csv", "-k", "1", "-o", "m.aepca")
  #expect(short.status == 65)
  #expect(short.errors.contains("short.csv: expected 4 rows as in noisy.csv, found 3"))
  let other = try scratch.aepca(
    "fit", "noisy.csv", "--target", "other.csv", "-k", "1", "-o", "m.aepca")
  #expect(other.status == 65)
  #expect(other.errors.contains("other.csv: column 'b': expected as in noisy.csv, found none"))
}

// MARK: corrupt

@Test func `the same seed makes the same mess and another seed another`() throws {
  let scratch = try Scratch()
  try scratch.write(curve(rows: 200), to: "t.csv")
  for mess in ["--missing", "--salt-pepper", "--gaussian", "--mask"] {
    func run(_ seed: String) throws -> String {
      let run = try scratch.aepca("corrupt", "t.csv", mess, "0.2", "--seed", seed)
      #expect(run.status == 0, "\(run.errors)")
      return run.output
    }
    #expect(try run("1") == run("1"))
    #expect(try run("1") != run("2"))
  }
}

@Test func `about the share that was asked for is taken out, and the rest is as it was`() throws {
  let scratch = try Scratch()
  try scratch.write(curve(rows: 1000), to: "t.csv")
  let before = cells(try scratch.read("t.csv")).rows
  let after = cells(try scratch.aepca("corrupt", "t.csv", "--missing", "0.1").output).rows
  var missing = 0
  for (row, original) in zip(after, before) {
    for (cell, old) in zip(row, original) {
      if cell.isEmpty { missing += 1 } else { #expect(cell == old) }
    }
  }
  // 5,000 cells: a standard deviation is 21.
  #expect(abs(missing - 500) < 100)
}

@Test func `a watermark lightens the pixels under its letters alone`() throws {
  let scratch = try Scratch()
  let names = (0..<7 * 7).map { "p\($0)" }.joined(separator: ",")
  let black = Array(repeating: "0", count: 49).joined(separator: ",")
  let grey = Array(repeating: "8", count: 49).joined(separator: ",")
  try scratch.write("\(names)\n\(black)\n\(grey)\n", to: "p.csv")
  let refused = try scratch.aepca(
    "corrupt", "p.csv", "--watermark", "LONG", "--image", "7x7")
  #expect(refused.status == 64)
  let odd = try scratch.aepca("corrupt", "p.csv", "--watermark", "I", "--image", "8x8")
  #expect(odd.status == 65)
  #expect(odd.errors.contains("expected 64 columns of numbers for --image 8x8x1, found 49"))
}

// MARK: compress

@Test(arguments: ["0.001", "0.01", "0.2"])
func `every number comes back within the bound and all else exactly`(bound: String) throws {
  let scratch = try Scratch()
  try fitted(scratch)
  var text = curve(rows: 500, from: 77)
  text = text.replacingOccurrences(of: "row 80,", with: "\"row, 80\",")
  // A missing number stays missing, and a missing or unseen word is a text like any other.
  text = text.replacingOccurrences(of: ",left\nrow 90,", with: ",NA\nrow 90,")
  text += "last,,1e3,7,mid\n"
  try scratch.write(text, to: "data.csv")
  let compressed = try scratch.aepca(
    "compress", "m.aepca", "data.csv", "--max-error", bound, "--max-error", "count=3", "-o",
    "data.aez", "--sizes")
  #expect(compressed.status == 0, "\(compressed.errors)")
  for name in ["gzip -9", "zstd -19", "quantised, no model", "linear components", "this model"] {
    #expect(compressed.errors.contains(name))
  }
  let back = try scratch.aepca("decompress", "m.aepca", "data.aez")
  #expect(back.status == 0, "\(back.errors)")
  let (before, after) = (lines(text), lines(back.output))
  #expect(before.count == after.count && before[0] == after[0])
  // The deviations of a uniform t in −2...2: of 10 t, and of t² by hand (√(64/45)).
  let share = try #require(Double(bound))
  let bounds = [1: share * 10 * 1.1548, 2: share * 1.1926, 3: 3.0]
  for (old, new) in zip(before.dropFirst(), after.dropFirst()) where !old.hasPrefix("\"") {
    let (old, new) = (
      old.split(separator: ",", omittingEmptySubsequences: false),
      new.split(separator: ",", omittingEmptySubsequences: false)
    )
    for (column, cell) in old.enumerated() {
      guard let bound = bounds[column], !cell.isEmpty else {
        #expect(new[column] == cell)
        continue
      }
      let difference = try #require(Double(new[column])) - #require(Double(cell))
      #expect(abs(difference) <= bound * 1.02)
    }
  }
  let again = try scratch.aepca("decompress", "m.aepca", "data.aez", "--threads", "1")
  #expect(again.output == back.output)
}

@Test func `a block that was altered is named, and the others still come back`() throws {
  let scratch = try Scratch()
  try fitted(scratch)
  try scratch.write(curve(rows: 40_000), to: "data.csv")
  let compressed = try scratch.aepca("compress", "m.aepca", "data.csv", "-o", "data.aez")
  #expect(compressed.status == 0, "\(compressed.errors)")
  let whole = try scratch.data("data.aez")
  let mark = Data("AEZB".utf8)
  let first = try #require(whole.range(of: mark)).lowerBound
  let second = try #require(whole.range(of: mark, in: first + 4..<whole.count)).lowerBound
  var altered = whole
  altered[second + 100] ^= 1
  try altered.write(to: scratch.folder.appendingPathComponent("altered.aez"))
  let refused = try scratch.aepca("decompress", "m.aepca", "altered.aez", "-o", "back.csv")
  #expect(refused.status == 65)
  #expect(refused.errors.contains("block 2 (rows"))
  #expect(!scratch.exists("back.csv"))
  let kept = try scratch.aepca(
    "decompress", "m.aepca", "altered.aez", "--skip-damaged", "-o", "back.csv")
  #expect(kept.status == 0, "\(kept.errors)")
  #expect(kept.errors.contains("are lost with block 2"))
  let back = lines(try scratch.read("back.csv"))
  #expect(back.contains { $0.hasPrefix("row 0,") } && back.contains { $0.hasPrefix("row 39999,") })
  #expect(back.count < 40_000)

  // Its frame altered too: the block is searched for, and missed.
  altered = whole
  altered[second] ^= 1
  try altered.write(to: scratch.folder.appendingPathComponent("altered.aez"))
  #expect(try scratch.aepca("decompress", "m.aepca", "altered.aez").status == 65)
  let found = try scratch.aepca(
    "decompress", "m.aepca", "altered.aez", "--skip-damaged", "-o", "found.csv")
  #expect(found.status == 0, "\(found.errors)")
  #expect(found.errors.contains("are lost"))
  #expect(lines(try scratch.read("found.csv")).contains { $0.hasPrefix("row 39999,") })
}

@Test func `a compressed file cut anywhere or of another model is refused`() throws {
  let scratch = try Scratch()
  try fitted(scratch)
  #expect(
    try scratch.aepca("compress", "m.aepca", "train.csv", "-o", "data.aez").status == 0)
  let whole = try scratch.data("data.aez")
  for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 25)) {
    try whole.prefix(count).write(to: scratch.folder.appendingPathComponent("cut.aez"))
    let cut = try scratch.aepca("decompress", "m.aepca", "cut.aez", "-o", "back.csv")
    #expect(cut.status == 65 && !scratch.exists("back.csv"))
    #expect(lines(cut.errors).count == 2 && cut.errors.contains("cut.aez: expected"))
  }
  let other = try scratch.aepca(
    "fit", "train.csv", "-k", "1", "--method", "pca", "-o", "other.aepca")
  #expect(other.status == 0)
  let refused = try scratch.aepca("decompress", "other.aepca", "data.aez")
  #expect(refused.status == 65)
  #expect(refused.errors.contains("expected the model that it was compressed with"))
}

@Test(arguments: ["0", "-1", "nan", "price=0", "x=y"])
func `a bound of zero or below is refused`(bound: String) throws {
  let refused = try Scratch().aepca(
    "compress", "m.aepca", "d.csv", "--max-error", bound, "-o", "d.aez")
  #expect(refused.status == 64)
  #expect(refused.errors.contains("--max-error: expected a number above 0"))
}

@Test func `a bound on a column of words or on none is refused`() throws {
  let scratch = try Scratch()
  try fitted(scratch)
  let words = try scratch.aepca(
    "compress", "m.aepca", "train.csv", "--max-error", "side=1", "-o", "d.aez")
  #expect(words.status == 65)
  #expect(words.errors.contains("column 'side': expected numbers for --max-error, found category"))
  let none = try scratch.aepca(
    "compress", "m.aepca", "train.csv", "--max-error", "weight=1", "-o", "d.aez")
  #expect(none.status == 65 && !scratch.exists("d.aez"))
}
