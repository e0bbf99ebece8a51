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

  /// Number of scalars: the product of the sizes, 1 for a scalar.
  public var count: Int { dims.reduce(1, *) }

  /// The size along `axis`; negative axes count from the end, −1 being the last.
  public subscript(axis: Int) -> Int {
    get { dims[axis < 0 ? dims.count + axis : axis] }
    set { dims[axis < 0 ? dims.count + axis : axis] = newValue }
  }

  /// The same shape with a size put in front: a batch of `count`.
  public func batched(_ count: Int) -> Shape { Shape([count] + dims) }

  /// The shape of one sample: all sizes but the first.
  public var sample: Shape { Shape(Array(dims.dropFirst())) }

  public var description: String {
    dims.isEmpty ? "scalar" : dims.map(String.init).joined(separator: "×")
  }

  /// Number of scalars, or nil if a size is negative or the product is more than memory could hold.
  package var checkedCount: Int? {
    var total = 1
    for size in dims {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, product <= Storage.largestCount else { return nil }
      total = product
    }
    return total
  }
}
