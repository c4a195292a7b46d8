import AEPCA
import ArgumentParser

/// How a long fit outlives what ends its process.
struct CheckpointArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep the state of the fit here, at least twice a minute, and go on from it if it is of "
        + "this fit already. Stays when the model is written.", valueName: "file"))
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "Go on from a checkpoint, which must be of the same table, options and release, and keep "
        + "the state there: the model has the bytes of a fit never interrupted.",
      valueName: "file"))
  var resume: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds from one state to the next.", valueName: "seconds"))
  var checkpointSeconds: Double = FitJournal.defaultInterval

  func check(method: Method, timeLimit: Double?) throws {
    guard checkpointSeconds >= 0, checkpointSeconds <= 86400 else {
      throw ValidationError(
        "--checkpoint-seconds: expected 0 to 86400, found \(checkpointSeconds)")
    }
    guard let option = resume.map({ _ in "--resume" }) ?? checkpoint.map({ _ in "--checkpoint" })
    else { return }
    if (resume ?? checkpoint) == "-" || checkpoint == "-" {
      throw ValidationError("\(option): expected a file, found -")
    }
    if method == .pca {
      throw ValidationError(
        "\(option): expected --method autoencoder, as linear PCA takes no long training, found pca")
    }
    if timeLimit != nil {
      throw ValidationError(
        "\(option): expected no --time-limit beside it: a fit that ends by the clock cannot be "
          + "gone on with to the same model")
    }
  }

  /// Opens the checkpoint that was asked for, if any.
  ///
  /// - Parameter identity: What the fit depends on; made when it is needed only, as it reads every
  ///   cell.
  func journal(common: CommonOptions, identity: () -> FitIdentity) throws -> FitJournal? {
    guard let path = checkpoint ?? resume else { return nil }
    let identity = identity()
    func goOn(from source: String) throws -> FitJournal {
      let journal = try FitJournal(
        resuming: InputFile(path: source).readAll(), from: source, path: path,
        identity: identity, interval: checkpointSeconds, onFailure: warn)
      common.note("\(source): going on after \(counted(journal.endedCount, "training run"))")
      return journal
    }
    if let resume { return try goOn(from: resume) }
    do {
      return try goOn(from: path)
    } catch let error as FileError where error.problem == .notFound {
      // The first run, or one that ended before it could write.
    } catch let error as CheckpointError {
      guard error.isOfOtherFit else {
        throw ToolError(.cannotCreate, "--checkpoint: \(error); name another file or remove it")
      }
      common.note("\(error); it is replaced")
    }
    do {
      return try FitJournal(
        path: path, identity: identity, interval: checkpointSeconds, onFailure: warn)
    } catch let error as FileError {
      throw ToolError(.cannotCreate, "\(error)")
    }
  }
}

private func warn(_ failure: String) {
  StandardError.write("aepca: the checkpoint was not written, the fit goes on: \(failure)\n")
}

extension CheckpointError {
  fileprivate var isOfOtherFit: Bool {
    switch problem {
    case .otherFit, .newerFormat: true
    default: false
    }
  }
}
