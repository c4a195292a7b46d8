// swift-tools-version: 6.2
import PackageDescription

/// The targets of libFuzzer, in a package of their own: no product of the library knows of them.
///
/// Built by `make fuzz` with the sanitizers `fuzzer` and `address`; libFuzzer brings the main
/// function, so the sources must not be taken for one.
let package = Package(
  name: "aepca-fuzz",
  dependencies: [.package(name: "aepca", path: "../..")],
  targets: [
    .target(
      name: "FuzzSupport", dependencies: [.product(name: "AEPCA", package: "aepca")],
      swiftSettings: [.strictMemorySafety()])
  ]
    + ["csv", "number", "model", "checkpoint", "transform", "compressed"].map { name in
      .executableTarget(
        name: "fuzz-\(name)",
        dependencies: [.product(name: "AEPCA", package: "aepca"), "FuzzSupport"],
        swiftSettings: [.strictMemorySafety(), .unsafeFlags(["-parse-as-library"])])
    }
)
