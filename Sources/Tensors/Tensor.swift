internal import COneDNN

/// An array of 32-bit floats with a shape, contiguous and row-major; a value.
///
/// Images are N×H×W×C (channels last), dense features N×F. Copying is cheap: the scalars are shared
/// until one of the copies is changed. A tensor that came from a watched parameter also remembers
/// its place on the `Tape`, and operations on it are recorded.
///
/// ```swift
/// let x = try Tensor([1, 2, 3, 4], shape: [2, 2])
/// let y = try (x * 2).adding(x)
/// ```
public struct Tensor: @unchecked Sendable {
  public let shape: Shape
  package var storage: Storage
  /// Where this value stands on a tape, if an operation on it must be recorded.
  var node: Node?

  /// A tensor of memory that is filled already.
  package init(shape: Shape, storage: Storage) {
    self.init(shape: shape, storage: storage, node: nil)
  }

  init(shape: Shape, storage: Storage, node: Node?) {
    self.shape = shape
    self.storage = storage
    self.node = node
  }

  /// Memory of the right size with whatever it held before.
  init(uninitialized shape: Shape) {
    self.init(shape: shape, storage: Storage(count: shape.count))
  }

  /// Memory for an operation's output.
  ///
  /// Throws if no machine like this one could hold it.
  static func output(_ shape: Shape, of operation: String) throws(TensorError) -> Tensor {
    guard shape.checkedCount != nil else {
      throw TensorError("\(operation): the output would be \(shape), more than memory can hold.")
    }
    guard let storage = Storage(ifLeft: shape.count) else {
      throw TensorError(
        "\(operation): the output would be \(shape), \(shape.count >> 18) MiB, and there is not as "
          + "much memory left; take smaller batches, or let go of tensors.")
    }
    return Tensor(shape: shape, storage: storage)
  }

  /// The scalars in row-major order.
  ///
  /// Throws unless there are exactly as many as the shape has.
  public init(_ scalars: [Float], shape: Shape) throws(TensorError) {
    guard let count = shape.checkedCount, count == scalars.count else {
      throw TensorError(
        "Tensor: got \(scalars.count) scalars for the shape \(shape), which has "
          + (shape.checkedCount.map(String.init) ?? "an impossible number of them") + ".")
    }
    self.init(shape: shape) { buffer in _ = buffer.initialize(fromContentsOf: scalars) }
  }

  /// A tensor whose scalars `body` writes, all of them; they are not zero beforehand.
  ///
  /// - Precondition: the shape has no negative size and fits in memory.
  public init<Failure: Error>(
    shape: Shape,
    initializingWith body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    ensure(
      shape.checkedCount != nil,
      "Tensor: no machine like this one has memory for the shape \(shape), expected sizes of 0 or "
        + "more that fit.")
    self.init(uninitialized: shape)
    try body(UnsafeMutableBufferPointer(start: storage.pointer, count: shape.count))
  }

  public static func zeros(_ shape: Shape) -> Tensor { filled(0, shape: shape) }
  public static func ones(_ shape: Shape) -> Tensor { filled(1, shape: shape) }

  /// Every scalar is `value`.
  public static func filled(_ value: Float, shape: Shape) -> Tensor {
    Tensor(shape: shape) { odnn_fill($0.baseAddress, value, Int64($0.count)) }
  }

  /// Independent draws from a normal distribution.
  public static func normal(
    shape: Shape, mean: Float = 0, deviation: Float = 1, using random: inout Random
  ) -> Tensor {
    Tensor(shape: shape) { buffer in
      for i in buffer.indices { buffer[i] = mean + deviation * random.normal() }
    }
  }

  /// Independent draws from the interval `range`.
  public static func uniform(
    shape: Shape, in range: ClosedRange<Float> = 0...1, using random: inout Random
  ) -> Tensor {
    Tensor(shape: shape) { buffer in
      let width = range.upperBound - range.lowerBound
      for i in buffer.indices { buffer[i] = range.lowerBound + width * random.uniform() }
    }
  }

  /// The number of scalars.
  public var count: Int { storage.count }

  /// A copy of the scalars in row-major order.
  public var scalars: [Float] { withUnsafeBuffer(Array.init) }

  /// The only scalar.
  ///
  /// Throws if there are more or none.
  public func scalar() throws(TensorError) -> Float {
    guard count == 1 else {
      throw TensorError("scalar: the tensor is \(shape), expected exactly one element.")
    }
    return storage.pointer[0]
  }

  public func withUnsafeBuffer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: storage.pointer, count: storage.count))
  }

  /// Changes the scalars in place; they are copied first if another tensor shares them.
  public mutating func withUnsafeMutableBuffer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    return try body(UnsafeMutableBufferPointer(start: storage.pointer, count: storage.count))
  }

  /// Ends sharing of the scalars, so that they may be written.
  mutating func makeUnique() {
    if !isUnshared {
      let copy = Storage(count: storage.count)
      copy.pointer.update(from: storage.pointer, count: storage.count)
      storage = copy
    }
    storage.willChange()
  }

  /// Whether nobody else holds this memory, so that it may be written over.
  var isUnshared: Bool {
    mutating get { storage.columns == nil && isKnownUniquelyReferenced(&storage) }
  }

  /// Other memory of the same shape, holding whatever it held before.
  var emptyCopy: Tensor { Tensor(uninitialized: shape) }

  /// The same scalars without a place on a tape.
  var detached: Tensor { Tensor(shape: shape, storage: storage) }

  /// The index of this value's gradient during the backward pass, if it has one.
  var slot: Int? { node?.id }

  var pointer: UnsafeMutablePointer<Float> { storage.pointer }
}

extension Tensor: Equatable {
  /// Equal shapes and equal scalars (so never equal where there is a not-a-number).
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape
      && a.withUnsafeBuffer { x in b.withUnsafeBuffer { y in x.elementsEqual(y) } }
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first few scalars.
  public var description: String {
    let shown = withUnsafeBuffer { $0.prefix(8).map { "\($0)" }.joined(separator: ", ") }
    return "Tensor \(shape) [\(shown)\(count > 8 ? ", …" : "")]"
  }
}
