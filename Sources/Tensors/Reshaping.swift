import Synchronization

/// Counts how often parameters and running statistics have been given a value of another shape than
/// they were made with.
///
/// Whoever has planned with the shapes looks at all of them again only when this number has changed.
package enum Reshaping {
  private static let number = Atomic<Int>(0)

  /// The number so far, in this process.
  package static var count: Int { number.load(ordering: .relaxed) }

  static func note() { number.wrappingAdd(1, ordering: .relaxed) }
}
