// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target marks each unsafe construct with the word `unsafe`.
let strict: [SwiftSetting] = [.strictMemorySafety()]

/// A Swift target of the library, its tests beside it.
///
/// - Parameters:
///   - tests: What the tests need besides the target's own dependencies.
///   - testFiles: What the tests read themselves, and the scripts that made it.
///   - documents: Files beside the sources that are only read by people.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = [],
  testFiles: [String] = [], documents: [String] = []
) -> [Target] {
  [
    .target(
      name: name, dependencies: dependencies, exclude: documents, swiftSettings: strict),
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies + tests,
      exclude: testFiles, swiftSettings: strict),
  ]
}

let modules: [[Target]] = [
  module("LinearAlgebra", ["CLAPACK", "Kernels"]),
  module("Files", ["CCompression"]),
  module("CSV", ["Files", "CLibCSV", "CCharConversion"], tests: ["LinearAlgebra"]),
  module("Tables", ["CSV", "Files", "CTextTable"], tests: ["LinearAlgebra"]),
  module("Images", ["Files", "Tables", "LinearAlgebra", "CPNG"]),
  module(
    "PrincipalComponents", ["LinearAlgebra"], tests: ["Preprocessing", "Tables"],
    testFiles: ["Reference"]),
  module("NeuralNetworks", ["LinearAlgebra", "Kernels"], testFiles: ["Reference"]),
  module("Preprocessing", ["Tables", "LinearAlgebra"]),
  module("Evaluation", ["LinearAlgebra"], testFiles: ["Reference"]),
  module(
    "LatentModels",
    [
      "Files", "Tables", "LinearAlgebra", "Preprocessing", "NeuralNetworks",
      "PrincipalComponents",
      "Evaluation", "CDigest",
    ]),
  module(
    "Reports",
    [
      "Files", "CSV", "Tables", "Images", "LinearAlgebra", "Preprocessing", "PrincipalComponents",
      "Evaluation", "LatentModels",
    ], documents: ["Schema.md"]),
  module(
    "Compression",
    [
      "Files", "CSV", "Tables", "LinearAlgebra", "Preprocessing", "PrincipalComponents",
      "NeuralNetworks", "LatentModels", "CCompression",
    ]),
]

let package = Package(
  name: "aepca",
  products: [
    .executable(name: "aepca", targets: ["AepcaCLI"]),
    .library(name: "AEPCA", targets: ["AEPCA"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: modules.flatMap(\.self) + [
    .systemLibrary(name: "CLibCSV"),
    .systemLibrary(name: "CCompression"),
    .systemLibrary(name: "CLAPACK"),
    .systemLibrary(name: "CYAML"),
    .target(name: "Kernels", cSettings: [.define("_GNU_SOURCE")]),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "LinearAlgebra"], swiftSettings: strict),
    .target(name: "CCharConversion"),
    .target(name: "CTextTable"),
    .target(name: "CAllocation"),
    .target(name: "CDigest"),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .target(
      name: "AEPCA",
      dependencies: [
        "Files", "CSV", "Tables", "LinearAlgebra", "PrincipalComponents", "NeuralNetworks",
        "Preprocessing", "Evaluation", "LatentModels", "Reports", "Compression", "Images",
      ], swiftSettings: strict),
    .executableTarget(
      name: "AepcaCLI",
      dependencies: [
        "AEPCA", "CYAML", "CAllocation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["AEPCA"], swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)
