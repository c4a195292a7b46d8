import Glibc

/// The system's own functions, where the module under test has others of the same name.
enum Reference {
  static func exp(_ x: Double) -> Double { Glibc.exp(x) }
}
