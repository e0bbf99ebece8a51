import Tensors

extension NetworkError {
  /// Notes the layer in which the problem was found; the innermost one is kept.
  func inside(_ layer: any Layer, on inputs: [Shape]) -> NetworkError {
    guard innermost == nil else { return self }
    var error = self
    error.innermost = Innermost(
      layer: layer.description, input: inputs.map(\.description).joined(separator: " and "))
    return error
  }

  /// The sentence's place: the element, its position, what stands before it, and what it gets.
  ///
  /// - Parameters:
  ///   - element: the element of the network, as written.
  ///   - position: counted from 1.
  ///   - previous: what stands before it, or `nil` at the beginning.
  func placed(element: String, position: Int, previous: String?) -> NetworkError {
    let after = previous.map { "after \($0)" } ?? "the first"
    let inner = innermost.map { found in
      found.layer == element ? "" : "\(found.layer) in "
    }
    let input = innermost.map { ", input \($0.input)" } ?? ""
    return placed(at: "\(inner ?? "")\(element), element \(position) (\(after))\(input)")
  }
}
