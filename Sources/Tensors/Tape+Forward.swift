// Forward mode: a derivative along one direction is carried along with the values.

/// The value of a function of parameters, and its derivative along a direction in which they move.
///
/// ```swift
/// let (losses, change) = try jvp(
///   of: { tape in try x.dense(weight: tape.watch(w)).crossEntropies(labels: labels) },
///   at: [w], along: [direction])                       // change[n] = d losses[n] / d direction
/// ```
/// The Jacobian times a vector, J·v, for a function with many outputs, in one pass; reverse mode would
/// need one for each output. Bi-level training asks for it:
/// how the loss of every single sample changes when the weights take a step is what weighs the
/// samples (Ren et al., *Learning to reweight examples*, ICML 2018, arXiv 1803.09050; Han et al.,
/// *Learning to weight samples for dynamic early-exiting networks*, ECCV 2022, arXiv 2209.08310).
///
/// Every operation carries the derivatives of its inputs over by a rule of its own, beside that of its
/// backward pass: Wengert, *A simple automatic derivative evaluation program*, CACM 7, 1964; Griewank
/// & Walther, *Evaluating derivatives*, 2008, section 3.1.
///
/// - Parameters:
///   - function: computes the value from what the tape watches; called once.
///   - tangents: v, for each parameter a tensor of its shape.
/// - Returns: the value, and J·v of its shape; zeros where the value does not depend on the
///   parameters.
/// - Throws: `TensorError` if a direction has another shape than its parameter, or an operation has no
///   rule; whatever `function` throws.
public func jvp(
  of function: (Tape) throws -> Tensor, at parameters: [Parameter], along tangents: [Tensor]
) throws -> (value: Tensor, derivative: Tensor) {
  let tape = try Tape(forward: parameters, along: tangents)
  let value = try function(tape)
  let derivative = tape.tangent(of: value) ?? .zeros(value.shape)
  return (value.detached, derivative)
}

extension Tape {
  /// The tangent of an operation's output, given those of its inputs; `nil` stands for zeros.
  typealias Forward = ([Tensor?]) throws -> Tensor?

  /// A tape that carries derivatives along `tangents` instead of recording.
  convenience init(
    forward parameters: [Parameter], along tangents: [Tensor]
  ) throws(TensorError) {
    guard parameters.count == tangents.count else {
      throw TensorError(
        "jvp: got \(tangents.count) directions for \(parameters.count) parameters, expected one for "
          + "each.")
    }
    self.init()
    forward = [:]
    for (parameter, tangent) in zip(parameters, tangents) {
      guard tangent.shape == parameter.value.shape else {
        throw TensorError(
          "jvp: the direction of \(parameter.name) is \(tangent.shape), expected "
            + "\(parameter.value.shape), the parameter's shape.")
      }
      if let node = watch(parameter).node { forward?[node.id] = tangent.detached }
    }
  }

  /// The derivative of a value on this tape; `nil` for zeros.
  func tangent(of value: Tensor?) -> Tensor? {
    guard let node = value?.node, node.tape === self else { return nil }
    return forward?[node.id]
  }
}

extension Tensor {
  /// The sum of tangents, `nil` standing for zeros.
  static func sum(_ tangents: Tensor?...) throws -> Tensor? {
    var result: Tensor?
    for case let tangent? in tangents { result = try result.map { try $0 + tangent } ?? tangent }
    return result
  }

  /// J·t of a function whose Jacobian J equals its transpose, by its backward pass: Jᵀ·t.
  ///
  /// Functions of every element on its own are such, and so are softmax and the normalisations
  /// without scale and shift, which project.
  static func symmetric(
    _ tangent: Tensor?, at point: Tensor, _ function: (Tensor) throws -> Tensor
  ) throws -> Tensor? {
    guard let tangent, tangent.count > 0 else { return tangent }
    let (tape, parameter) = (Tape(), Parameter(point.detached, name: "point"))
    let value = try function(tape.watch(parameter))
    return try tape.gradients(of: (value * tangent).sum())[parameter] ?? .zeros(point.shape)
  }

  /// The derivative of a normalisation that scales and shifts: scale · dx̂ + d scale · x̂ + d shift.
  ///
  /// - Parameter normalized: the normalisation alone, as a function of the input.
  func normalizedTangent(
    _ tangents: [Tensor?], scale: Tensor, _ normalized: (Tensor) throws -> Tensor
  ) throws -> Tensor? {
    let scale = scale.detached
    let inner = try Tensor.symmetric(tangents[0], at: self, normalized)
    let first = try inner.map { try $0 * scale }
    let second = try tangents[1].map { try normalized(detached) * $0 }
    let third = try tangents[2].map { try $0.broadcast(to: shape) }
    return try Tensor.sum(first, second, third)
  }

  /// Whether derivatives are carried along with any of the values, so that an operation that does
  /// the work of several in one pass is to be taken apart: its parts have the rules.
  static func carry(_ values: Tensor?...) throws(TensorError) -> Bool { try carry(values) }

  static func carry(_ values: [Tensor?]) throws(TensorError) -> Bool {
    try tape(of: values)?.forward != nil
  }

  /// This value as the output of an operation with the given inputs: its tangent carried over by
  /// `forward`, or its way back recorded.
  func recorded(
    from inputs: Tensor?..., forward: Tape.Forward, backward: @escaping Tape.Backward
  ) throws(TensorError) -> Tensor {
    try recorded(from: inputs, forward: forward, backward: backward)
  }

  func recorded(
    from inputs: [Tensor?], forward: Tape.Forward, backward: @escaping Tape.Backward
  ) throws(TensorError) -> Tensor {
    guard let tape = try Self.tape(of: inputs) else { return self }
    guard tape.forward != nil else { return tape.record(self, backward) }
    let tangents = inputs.map { tape.tangent(of: $0) }
    guard tangents.contains(where: { $0 != nil }),
      let tangent = try Self.carried(tangents, by: forward)
    else { return self }
    return tape.carry(self, tangent)
  }

  private static func carried(
    _ tangents: [Tensor?], by forward: Tape.Forward
  ) throws(TensorError) -> Tensor? {
    do {
      return try forward(tangents)
    } catch let error as TensorError {
      throw error
    } catch {
      throw TensorError("jvp: \(error)")
    }
  }
}
