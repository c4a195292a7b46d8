import ArgumentParser

/// Which rows a fit is judged by.
struct JudgingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Share of rows held out to judge by; by default 0.12, and five folds below 1,000 rows.",
      valueName: "share"))
  var validationFraction: Double?

  @Option(
    help: ArgumentHelp(
      "Table of the same columns to judge by; none of the training rows is held out then.",
      valueName: "file"))
  var validation: String?

  @Option(
    help: ArgumentHelp(
      "Rows with the same word here are held out together; the column itself is left out.",
      valueName: "column"))
  var group: String?

  func validate() throws {
    if validation != nil, validationFraction != nil || group != nil {
      throw ValidationError(
        "--validation: expected neither --validation-fraction nor --group beside it")
    }
    if let share = validationFraction, !(0..<1).contains(share) {
      throw ValidationError(
        "--validation-fraction: expected 0 or more and below 1, found \(share)")
    }
  }
}
