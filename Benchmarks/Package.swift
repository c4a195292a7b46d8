// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "aepca", path: "..")],
  targets: ["csv-turns", "pca-turns", "training-steps"].map {
    .executableTarget(name: $0, dependencies: [.product(name: "AEPCA", package: "aepca")])
  }
)
