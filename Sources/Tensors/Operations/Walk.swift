internal import COneDNN

/// How arrays of different layouts are gone through together: sizes, and for the result and up to
/// two sources the steps in memory along each axis.
struct Walk {
  private var sizes: [Int]
  /// Steps in the result; contiguous at first.
  var result: [Int]
  /// Steps in the first source; those of the result at first.
  var first: [Int]
  /// Steps in the second source; those of the first unless set.
  var second: [Int]?

  /// The largest number of axes that the loops handle, counted after merging.
  static let largestRank = Int(odnn_largest_rank)

  init(sizes: Shape) {
    self.sizes = sizes.dims
    result = Self.contiguousSteps(sizes.dims)
    first = result
  }

  /// The steps of a contiguous array of these sizes.
  static func contiguousSteps(_ sizes: [Int]) -> [Int] {
    var steps = Array(repeating: 1, count: sizes.count)
    for axis in sizes.indices.dropLast().reversed() {
      steps[axis] = steps[axis + 1] * sizes[axis + 1]
    }
    return steps
  }

  /// The steps of a contiguous array of `shape`, aligned at the last axis, 0 where it is repeated.
  func steps(of shape: Shape) -> [Int] {
    let own = Self.contiguousSteps(shape.dims)
    let missing = sizes.count - shape.rank
    return sizes.indices.map { axis in
      axis < missing || (shape.dims[axis - missing] == 1 && sizes[axis] != 1)
        ? 0 : own[axis - missing]
    }
  }

  /// Runs the operation over all elements.
  ///
  /// - Precondition: after merging there are no more than ``largestRank`` axes.
  func run(
    _ operation: odnn_binary, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    guard !sizes.contains(0) else { return }
    var native = merged
    odnn_walk_run(&native, operation, a, b, y)
  }

  /// The same walk with neighbouring axes made one wherever all arrays allow it.
  private var merged: odnn_walk {
    let second = second ?? first
    var axes: [(size: Int, y: Int, a: Int, b: Int)] = []
    for axis in sizes.indices where sizes[axis] != 1 {
      let next = (size: sizes[axis], y: result[axis], a: first[axis], b: second[axis])
      if let last = axes.last, last.y == next.y * next.size, last.a == next.a * next.size,
        last.b == next.b * next.size
      {
        axes[axes.count - 1] = (last.size * next.size, next.y, next.a, next.b)
      } else {
        axes.append(next)
      }
    }
    if axes.isEmpty { axes = [(1, 1, 1, 1)] }
    precondition(axes.count <= Self.largestRank, "A walk over \(axes.count) axes.")
    var native = odnn_walk()
    native.rank = Int32(axes.count)
    for (axis, step) in axes.enumerated() {
      withUnsafeMutableBytes(of: &native.sizes) { $0.set(axis, step.size) }
      withUnsafeMutableBytes(of: &native.y) { $0.set(axis, step.y) }
      withUnsafeMutableBytes(of: &native.a) { $0.set(axis, step.a) }
      withUnsafeMutableBytes(of: &native.b) { $0.set(axis, step.b) }
    }
    return native
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func set(_ index: Int, _ value: Int) {
    storeBytes(of: Int64(value), toByteOffset: 8 * index, as: Int64.self)
  }
}
