import Preprocessing
import PrincipalComponents
import Tables

/// How many components a model is to have.
public enum ComponentChoice: Sendable, Equatable {
  case count(Int)
  /// The smallest number that predicts hidden cells of held-out rows within one standard error of
  /// the best, after Breiman et al. (1984).
  case automatic
  /// The smallest number that explains this share of held-out rows, above 0 and below 1.
  case explaining(Double)

  /// The smallest number in reports that does; the one that explains most when none does.
  package func smallest(of reports: [ComponentReport]) -> Int? {
    func explained(_ report: ComponentReport) -> Double { report.explainedVariance ?? 0 }
    guard let best = reports.max(by: { explained($0) < explained($1) }) else { return nil }
    switch self {
    case .count(let count): return count
    case .automatic:
      return reports.first { explained($0) >= explained(best) - best.standardError }?.components
    case .explaining(let share):
      return (reports.first { explained($0) >= share } ?? best).components
    }
  }
}

extension TableModelFitting {
  /// Components that are considered at most.
  static let componentLimit = 64

  /// The number of components that a choice comes to for a table.
  ///
  /// Linear PCA says how many are enough for it; an autoencoder, which is never worse, needs no
  /// more. One quick fit of so many components, in order, then tells what each number of them
  /// explains: of held-out rows or, for ``ComponentChoice/automatic``, of their ``HiddenColumns``.
  ///
  /// - Returns: The number, and what was considered: empty when the choice is a number itself.
  /// - Throws: ``FittingError`` when there are no numbers to explain, and what fitting throws.
  public func componentCount(
    _ choice: ComponentChoice, for table: Table, validation: Table? = nil, groups: [Int]? = nil
  ) throws -> (count: Int, considered: [ComponentReport]) {
    if case .count(let count) = choice { return (count, []) }
    let preprocessor = try Preprocessor(scaling: scaling, image: autoencoder.image).fit(table)
    var quick = self
    quick.callbacks = []
    quick.triesFilling = false
    quick.keepsRows = false
    quick.autoencoder.fillsFromMore = false
    quick.timeLimit = timeLimit?.share(0.4)
    quick.journalPlace = journalPlace?.at("choice")
    quick.autoencoder.effort = .quick
    quick.autoencoder.isOrdered = true
    quick.method = .pca
    // A fold must keep a row more than there are components.
    quick.componentCount = max(
      1,
      min(
        preprocessor.usableColumnCount, TableModelFitting.componentLimit, table.rowCount * 3 / 4 - 1
      ))
    if let groups, validation == nil, validationFraction == nil,
      table.rowCount < TableModelFitting.crossValidationLimit
    {
      let folds = try CrossValidation.folds(rowCount: table.rowCount, groups: groups, seed: seed)
      quick.componentCount = max(
        1, min(quick.componentCount, CrossValidation.fewestTrainingRows(folds) - 1))
    }
    if choice == .automatic {
      let hidden = HiddenColumns(columns: preprocessor.featureRanges, seed: seed)
      quick.componentCount = max(1, min(quick.componentCount, hidden.shownCount))
      quick.hiddenColumns = hidden
    }
    let linear = try quick.fit(table, validation: validation, groups: groups).report.components
    guard linear.isEmpty || linear.contains(where: { $0.explainedVariance != nil }) else {
      throw FittingError(.noNumbersToExplain)
    }
    let enough = choice.smallest(of: linear) ?? quick.componentCount
    guard method == .autoencoder, enough > 1 else { return (enough, linear) }
    quick.method = .autoencoder
    quick.componentCount = enough
    let curved = try quick.fit(table, validation: validation, groups: groups).report.components
    return (choice.smallest(of: curved) ?? enough, curved)
  }
}
