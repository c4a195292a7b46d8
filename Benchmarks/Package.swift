// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "aepca", path: "..")],
  targets: [
    .executableTarget(
      name: "training-steps", dependencies: [.product(name: "AEPCA", package: "aepca")])
  ]
)
