/// A record of the operations applied to watched parameters, and how to go back through them.
///
/// ```swift
/// let tape = Tape()
/// let loss = try x.dense(weight: tape.watch(weight), bias: nil).crossEntropy(labels: labels)
/// let gradients = try tape.gradients(of: loss)
/// gradients[weight]   // ∂loss/∂weight
/// ```
/// Operations on tensors that depend on no watched parameter are not recorded and cost nothing in
/// the backward pass. A tape serves one backward pass at a time and is used from one thread: what was
/// computed before a pass has no place on the tape after it, and an operation on it says so.
public final class Tape {
  /// Consumes the gradient of an operation's output, adds those of its inputs to the table.
  typealias Backward = (consuming Tensor, GradientTable) throws(TensorError) -> Void

  private var records: [(output: Int, backward: Backward)] = []
  private var watched: [ObjectIdentifier: Int] = [:]
  private var nodeCount = 0
  /// The place of the first value since the last backward pass; those before are gone.
  private var firstNode = 0
  /// In forward mode, the derivatives of values by their place; `nil` in reverse mode.
  var forward: [Int: Tensor]?

  public init() {}

  /// The parameter's value with a place on this tape; the same place however often it is watched.
  public func watch(_ parameter: Parameter) -> Tensor {
    let id = watched[ObjectIdentifier(parameter)] ?? newNode()
    watched[ObjectIdentifier(parameter)] = id
    return Tensor(
      shape: parameter.value.shape, storage: parameter.value.storage,
      node: Node(tape: self, id: id))
  }

  /// The gradients of a scalar with respect to every watched parameter it depends on.
  ///
  /// Drains the tape: what was recorded is released on the way back, and the tape is empty after.
  public func gradients(of loss: Tensor) throws(TensorError) -> Gradients {
    guard loss.count == 1 else {
      throw TensorError(
        "gradients: the loss is \(loss.shape), expected a single number; use mean() or sum().")
    }
    guard let node = loss.node, node.tape === self else {
      throw TensorError(
        "gradients: the loss does not depend on any parameter that this tape watches.")
    }
    try requireCurrent(node)
    return try drain(from: node, seed: .ones(loss.shape))
  }

  private func drain(from node: Node, seed: Tensor) throws(TensorError) -> Gradients {
    defer { reset() }
    let table = GradientTable(firstNode..<nodeCount)
    table.add(seed, to: node.id)
    while let record = records.popLast() {
      guard let gradient = table.take(record.output) else { continue }
      try record.backward(gradient, table)
    }
    return Gradients(table: watched.compactMapValues { table.take($0) })
  }

  private func reset() {
    records = []
    watched = [:]
    firstNode = nodeCount
  }

  /// Throws if a value is from before the last backward pass.
  fileprivate func requireCurrent(_ node: Node) throws(TensorError) {
    guard node.id < firstNode else { return }
    throw TensorError(
      "The tape got a value from before its last backward pass, which has drained it: compute the "
        + "value anew from what watch(_:) gives now, add losses up before gradients(of:) instead of "
        + "calling it twice, or take stoppingGradient() of the value.")
  }

  private func newNode() -> Int {
    defer { nodeCount += 1 }
    return nodeCount
  }

  func record(_ output: Tensor, _ backward: @escaping Backward) -> Tensor {
    let id = newNode()
    records.append((id, backward))
    return Tensor(shape: output.shape, storage: output.storage, node: Node(tape: self, id: id))
  }

  /// A value with a place in forward mode, and its derivative.
  func carry(_ output: Tensor, _ tangent: Tensor) -> Tensor {
    let id = newNode()
    forward?[id] = tangent
    return Tensor(shape: output.shape, storage: output.storage, node: Node(tape: self, id: id))
  }

  package var recordCount: Int { records.count }
}

/// A place on a tape.
///
/// What a tape records must not hold one, or the tape would own itself: records
/// keep detached tensors and slot numbers.
struct Node {
  let tape: Tape
  let id: Int
}

/// The gradients known so far during a backward pass, by place on the tape.
final class GradientTable {
  private var slots: [Tensor?]
  private let first: Int

  /// A table for values at these places.
  init(_ places: Range<Int>) {
    (first, slots) = (places.lowerBound, Array(repeating: nil, count: places.count))
  }

  private subscript(_ id: Int) -> Tensor? {
    get { slots[id - first] }
    _modify { yield &slots[id - first] }
  }

  func take(_ id: Int) -> Tensor? {
    defer { self[id] = nil }
    return self[id]
  }

  /// Adds a contribution to the gradient at `slot`; nothing happens without a slot.
  func add(_ gradient: consuming Tensor, to slot: Int?) {
    guard let slot else { return }
    guard self[slot] != nil else {
      self[slot] = gradient
      return
    }
    self[slot]?.accumulate(gradient)
  }

  /// Lets `body` write the first contribution to a slot, or add to what is there in place: for
  /// contributions that are cheaper to add than to store.
  func accumulate<Failure: Error>(
    into slot: Int?, shape: Shape,
    _ body: (UnsafeMutablePointer<Float>, _ isFirst: Bool) throws(Failure) -> Void
  ) throws(Failure) {
    guard let slot else { return }
    let isFirst = self[slot] == nil
    if isFirst { self[slot] = Tensor(uninitialized: shape) }
    try self[slot]?.withUnsafeMutableBuffer { (buffer) throws(Failure) in
      if let start = buffer.baseAddress { try body(start, isFirst) }
    }
  }

  /// The columns of wider rows that the gradient at `slot` is, if it is.
  func ownColumns(at slot: Int) -> Columns? { self[slot]?.ownColumns }

  /// Whether there is a contribution at `slot` already.
  func holds(_ slot: Int?) -> Bool { slot.map { self[$0] != nil } ?? false }
}

/// The result of a backward pass: a gradient for each parameter the loss depends on.
public struct Gradients {
  fileprivate var table: [ObjectIdentifier: Tensor]

  /// ∂loss/∂parameter, of the parameter's shape; nil if the loss does not depend on it.
  public subscript(parameter: Parameter) -> Tensor? { table[ObjectIdentifier(parameter)] }

  public var count: Int { table.count }

  /// Takes a gradient out, so that its memory can be used again at once.
  public mutating func remove(_ parameter: Parameter) -> Tensor? {
    table.removeValue(forKey: ObjectIdentifier(parameter))
  }
}

extension Tensor {
  /// This value as the output of an operation with the given inputs: recorded if any is on a tape.
  func recorded(
    from inputs: Tensor?..., backward: @escaping Tape.Backward
  ) throws(TensorError) -> Tensor {
    try recorded(from: inputs, backward: backward)
  }

  func recorded(
    from inputs: [Tensor?], backward: @escaping Tape.Backward
  ) throws(TensorError) -> Tensor {
    guard let tape = try Self.tape(of: inputs) else { return self }
    guard tape.forward == nil else {
      throw TensorError(
        "jvp: an operation that gives \(shape) has no rule for derivatives along a direction.")
    }
    return tape.record(self, backward)
  }

  /// The tape that some of the inputs are on, if any.
  static func tape(of inputs: [Tensor?]) throws(TensorError) -> Tape? {
    var tape: Tape?
    for case let node? in inputs.map({ $0?.node }) {
      guard tape == nil || tape === node.tape else {
        throw TensorError("An operation got inputs that are watched by two different tapes.")
      }
      try node.tape.requireCurrent(node)
      tape = node.tape
    }
    return tape
  }
}
