import ArgumentParser

@main
struct Aepca: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aepca", abstract: "Nonlinear principal components of a table.")
}
