/// A mistake in a network's description, told as one sentence.
///
/// A layer throws it with the problem alone; planning adds which element it is, where the element
/// stands and what it was given:
///
/// ```
/// Conv(8, kernel: 7), element 5 (after MaxPool(2)), input 4×4×16: a kernel of 7×7 is larger …
/// ```
public struct NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, what was expected and what to do.
  public let problem: String
  /// The element as it is written, and where it stands; `nil` when the whole network is meant.
  public private(set) var place: String?
  /// The layer in which the problem was found, while its place is still being worked out.
  var innermost: Innermost?

  /// An error that says `problem`.
  public init(_ problem: String) {
    self.problem = problem
  }

  /// The whole sentence: the place, then the problem.
  public var message: String {
    place.map { "\($0): \(problem)" } ?? problem
  }

  public var description: String { message }

  /// The same problem with its place, unless a more exact place is known already.
  func placed(at place: String) -> NetworkError {
    guard self.place == nil else { return self }
    var error = self
    error.place = place
    return error
  }

  /// `error` as a network error: a user's layer may throw anything.
  static func wrapping(_ error: any Error) -> NetworkError {
    error as? NetworkError ?? NetworkError("\(error)")
  }
}

/// A layer and its input, as the error will print them.
struct Innermost: Hashable, Sendable {
  let layer: String
  let input: String
}

/// Checks shared by the layers' shape rules.
enum Require {
  /// The largest size that is believed; anything above is a slip and would overflow the costs.
  static let largest = 1 << 20

  /// A size such as a width, kernel or stride: 1 or more.
  static func positive(_ value: Int, _ what: String) throws(NetworkError) {
    guard value >= 1 else {
      throw NetworkError("\(what) is \(value); it must be 1 or more")
    }
    guard value <= largest else {
      throw NetworkError("\(what) is \(value); the largest supported is \(largest)")
    }
  }

  /// A padding: 0 or more.
  static func notNegative(_ value: Int, _ what: String) throws(NetworkError) {
    guard value >= 0, value <= largest else {
      throw NetworkError("\(what) is \(value); it must be between 0 and \(largest)")
    }
  }

  /// An image: height × width × channels.
  static func image(_ shape: borrowing [Int], _ described: String) throws(NetworkError) {
    guard shape.count == 3 else {
      throw NetworkError(
        "it works on images of height×width×channels, and gets \(described); "
          + "put it before GlobalPool() or Flatten()")
    }
  }

  /// The product of `factors`, or an error when nothing of that size could be computed.
  static func product(_ factors: Int...) throws(NetworkError) -> Int {
    try product(factors)
  }

  static func product(_ factors: [Int]) throws(NetworkError) -> Int {
    var result = 1
    for factor in factors {
      let (next, overflow) = result.multipliedReportingOverflow(by: factor)
      guard !overflow, next <= 1 << 50 else {
        throw NetworkError(
          "its size would be \(factors.map(String.init).joined(separator: "·")), more than any "
            + "machine can hold")
      }
      result = next
    }
    return result
  }
}
