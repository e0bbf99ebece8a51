/// How the compiler treats one cell.
package struct CellOptions: Hashable, Sendable {
  /// How much work the compiler puts into the speed of what it makes.
  package enum Optimization: String, Sendable {
    /// None: the quickest compilation.
    case none = "-Onone"
    /// All that keeps Swift's checks.
    case speed = "-O"
  }

  /// How much work the compiler puts into the speed of what it makes.
  package var optimization: Optimization

  package init(optimization: Optimization = .none) { self.optimization = optimization }
}
