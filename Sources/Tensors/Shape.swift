/// The sizes of a tensor, outermost first; an image batch is N×H×W×C.
///
/// ```swift
/// let image: Shape = [32, 32, 3]
/// print(image, image.count)   // 32×32×3 3072
/// ```
public struct Shape: Hashable, Codable, Sendable, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  public var dims: [Int]

  public init(_ dims: [Int]) { self.dims = dims }
  public init(arrayLiteral elements: Int...) { dims = elements }

  public var rank: Int { dims.count }

  /// Number of scalars: the product of the sizes, 1 for a scalar; `Int.max` where it would be more.
  public var count: Int { dims.reduce(1) { $0.product($1) } }

  /// The size along `axis`; negative axes count from the end, −1 being the last.
  ///
  /// - Precondition: there is such an axis.
  public subscript(axis: Int) -> Int {
    get { dims[place(of: axis)] }
    set { dims[place(of: axis)] = newValue }
  }

  private func place(of axis: Int) -> Int {
    let place = axis < 0 ? dims.count + axis : axis
    ensure(dims.indices.contains(place), "The shape \(self) has no axis \(axis).")
    return place
  }

  /// The same shape with a size put in front: a batch of `count`.
  public func batched(_ count: Int) -> Shape { Shape([count] + dims) }

  /// The shape of one sample: all sizes but the first.
  public var sample: Shape { Shape(Array(dims.dropFirst())) }

  public var description: String {
    dims.isEmpty ? "scalar" : dims.map(String.init).joined(separator: "×")
  }

  /// Number of scalars, or nil if a size is negative or the product is more than memory could hold.
  ///
  /// Neither may the product of the other sizes be where one of them is 0: so no product of some of
  /// them overflows.
  package var checkedCount: Int? {
    var total = 1
    for size in dims {
      let (product, overflow) = total.multipliedReportingOverflow(by: max(size, 1))
      guard size >= 0, !overflow, product <= Storage.largestCount else { return nil }
      total = product
    }
    return dims.contains(0) ? 0 : total
  }
}

extension Int {
  /// The product, or the largest number where it would be more.
  func product(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    guard overflow else { return product }
    return (self < 0) == (other < 0) ? .max : .min
  }
}
