internal import COneDNN

/// A factor of a convolution or matrix product, in the form that the arithmetic wants.
struct Factor {
  let shape: Shape
  /// Floats, or two bfloat16 numbers in the place of each.
  let storage: Storage
  let arithmetic: Arithmetic

  var count: Int { shape.count }
  var pointer: UnsafeMutablePointer<Float> { storage.pointer }

  /// Where the number at `index` lies.
  func pointer(at index: Int) -> UnsafeMutablePointer<Float> {
    guard arithmetic == .bfloat16 else { return pointer + index }
    return (UnsafeMutableRawPointer(pointer) + 2 * index).assumingMemoryBound(to: Float.self)
  }

  /// The same numbers in another shape.
  func reshaped(_ shape: Shape) -> Factor {
    Factor(shape: shape, storage: storage, arithmetic: arithmetic)
  }
}

/// A factor kept for the way back: in half the memory where it is rounded, and in none where it can
/// be made again.
struct KeptFactor {
  private let shape: Shape
  private let storage: () -> Storage
  private let arithmetic: Arithmetic

  fileprivate init(_ shape: Shape, _ storage: Storage, _ arithmetic: Arithmetic) {
    (self.shape, self.arithmetic) = (shape, arithmetic)
    self.storage = storage.recipe ?? { storage }
  }

  /// Values that are no factor, in half the memory where the calling thread's products round.
  init(keeping x: Tensor) {
    guard Arithmetic.current != .float32 else {
      self.init(x.shape, x.storage, .float32)
      return
    }
    let half = x.storage.half ?? Storage(halves: x.count)
    if x.storage.half == nil { odnn_narrow(x.pointer, half.halves, Int64(x.count)) }
    x.storage.half = half
    self.init(x.shape, half, .rounded)
  }

  /// The factor, as it was.
  func restored() -> Factor {
    guard arithmetic == .rounded else {
      return Factor(shape: shape, storage: storage(), arithmetic: arithmetic)
    }
    let whole = Storage(count: shape.count)
    odnn_widen(storage().halves, whole.pointer, Int64(shape.count))
    return Factor(shape: shape, storage: whole, arithmetic: arithmetic)
  }
}

extension Arithmetic {
  /// The numbers of a tensor as a factor.
  func factor(_ x: Tensor) -> Factor {
    switch self {
    case .float32: whole(x.storage, x.shape)
    case .rounded: whole(rounded(x), x.shape)
    case .bfloat16: whole(narrowed(x), x.shape)
    }
  }

  /// The same, in the tensor's memory if nobody else has it.
  func factor(consuming x: consuming Tensor) -> Factor {
    guard self == .rounded, x.isUnshared else { return factor(x) }
    x.storage.willChange()
    odnn_round(x.pointer, x.pointer, Int64(x.count))
    return whole(x.storage, x.shape)
  }

  /// The numbers of a tensor as a factor now and, if wanted, later.
  func factor(_ x: Tensor, keeping isKept: Bool) -> (now: Factor, later: KeptFactor?) {
    guard isKept else { return (factor(x), nil) }
    if self != .float32, let half = x.storage.half {
      let kept = KeptFactor(x.shape, half, self)
      return (kept.restored(), kept)
    }
    guard self == .rounded else {
      let now = factor(x)
      if self == .bfloat16 { x.storage.half = now.storage }
      return (now, KeptFactor(x.shape, now.storage, self))
    }
    let (now, half) = (Storage(count: x.count), Storage(halves: x.count))
    odnn_narrow_and_round(x.pointer, half.halves, now.pointer, Int64(x.count))
    x.storage.half = half
    return (whole(now, x.shape), KeptFactor(x.shape, half, self))
  }

  /// Weights as a factor, kept beside them until they change.
  func weight(_ x: Tensor) -> Factor {
    guard self != .float32 else { return factor(x) }
    if let known = x.storage.factors[self] { return whole(known, x.shape) }
    let made = factor(x)
    x.storage.factors[self] = made.storage
    return made
  }

  /// Weights that oneDNN packs for a convolution, and narrows if need be as it does.
  func unpackedWeight(_ x: Tensor) -> Storage { self == .rounded ? weight(x).storage : x.storage }

  private func whole(_ storage: Storage, _ shape: Shape) -> Factor {
    Factor(shape: shape, storage: storage, arithmetic: self)
  }

  private func rounded(_ x: Tensor) -> Storage {
    let result = Storage(count: x.count)
    odnn_round(x.pointer, result.pointer, Int64(x.count))
    return result
  }

  private func narrowed(_ x: Tensor) -> Storage {
    let result = Storage(halves: x.count)
    odnn_narrow(x.pointer, result.halves, Int64(x.count))
    return result
  }
}

extension Storage {
  /// Memory for so many bfloat16 numbers.
  fileprivate convenience init(halves count: Int) { self.init(count: (count + 1) / 2) }

  fileprivate var halves: UnsafeMutablePointer<UInt16> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt16.self)
  }
}

extension Tensor {
  /// The nearest bfloat16 numbers, ties to even.
  package var roundedToBFloat16: Tensor {
    Tensor(shape: shape, storage: Arithmetic.rounded.factor(self).storage)
  }
}

// MARK: Products
extension Factor {
  /// The matrix product op(self) · op(other) [+ bias] [+ addend], unrecorded.
  func product(
    _ other: Factor, transposed: (Bool, Bool), bias: Tensor? = nil, adding addend: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    let (m, k) = transposed.0 ? (shape[1], shape[0]) : (shape[0], shape[1])
    let n = transposed.1 ? other.shape[0] : other.shape[1]
    let output = try Tensor.output([m, n], of: "dense")
    guard m > 0, n > 0 else { return output }
    if k == 0 {
      odnn_fill(output.pointer, 0, Int64(output.count))
      if let bias { odnn_add_rows(bias.pointer, nil, output.pointer, Int64(m), Int64(n)) }
      if let addend { odnn_accumulate(addend.pointer, 1, output.pointer, Int64(output.count)) }
      return output
    }
    let call = MatrixCall(
      m: m, n: n, k: k, transposed: transposed, isBFloat16: arithmetic == .bfloat16)
    try call.run(
      pointer, other.pointer, output.pointer, steps: (0, 0), bias: bias, addend: addend)
    return output
  }

  /// x Wᵀ + b + addend in sums of one order, whatever rows there are: where oneDNN multiplies, it
  /// adds up in another order below 16 rows, so few rows are filled up to 16.
  func rowwiseProduct(
    _ weight: Factor, _ bias: Tensor?, _ addend: Tensor?
  ) throws(TensorError) -> Tensor {
    let rows = shape[0]
    guard odnn_has_tiles() == 0, (1..<16).contains(rows), arithmetic != .bfloat16 else {
      return try product(weight, transposed: (false, true), bias: bias, adding: addend)
    }
    let filled = Tensor.zeros([16, shape[1]])
    filled.pointer.update(from: pointer, count: count)
    let products = try Factor(shape: filled.shape, storage: filled.storage, arithmetic: arithmetic)
      .product(weight, transposed: (false, true), bias: bias)
    let output = try Tensor.output([rows, weight.shape[0]], of: "dense")
    output.pointer.update(from: products.pointer, count: output.count)
    if let addend { odnn_accumulate(addend.pointer, 1, output.pointer, Int64(output.count)) }
    return output
  }
}
