internal import COneDNN

/// A convolution or matrix product that a computation asked for.
///
/// A list of them is what remains of a training step when everything that moves memory only is left
/// out: replayed on warm buffers, it takes as long as the step could at best.
package enum EngineCall: Hashable, Sendable {
  /// The direction of a convolution: its output, the gradient of its input, that of its weights.
  package enum Direction: Int, Sendable {
    case forward, backwardData, backwardWeights

    var native: odnn_direction { odnn_direction(UInt32(rawValue)) }
  }

  case convolution(ConvolutionShape, Direction)
  case product(MatrixCall)
  case rows(RowCall)

  /// Multiply-adds of the whole batch.
  package var multiplyAdds: Int {
    switch self {
    case .convolution(let shape, _): shape.input[0] * shape.multiplyAdds
    case .product(let call): call.batch * call.m * call.n * call.k
    case .rows(let call): call.rows * call.inputs * call.outputs.reduce(0, +)
    }
  }

  /// The calls that `body` makes on this thread, in their order.
  package static func recorded<Failure: Error>(
    during body: () throws(Failure) -> Void
  ) throws(Failure) -> [EngineCall] {
    let recorder = Recorder()
    let before = Recorder.own.value
    Recorder.own.value = recorder
    defer { Recorder.own.value = before }
    try body()
    return recorder.calls
  }

  /// Notes a call if somebody listens on this thread.
  static func note(_ call: @autoclosure () -> EngineCall) {
    Recorder.own.value?.calls.append(call())
  }

  private final class Recorder {
    static let own = ThreadValue<Recorder>()
    var calls: [EngineCall] = []
  }
}

/// The sizes of a product of row-major matrices: op(A) of m×k by op(B) of k×n, `batch` times.
package struct MatrixCall: Hashable, Sendable {
  package let batch: Int, m: Int, n: Int, k: Int
  package let transposed: Transposition
  /// Whether the factors are bfloat16.
  package let isBFloat16: Bool

  /// Which factors are given transposed.
  package struct Transposition: Hashable, Sendable {
    package let first: Bool, second: Bool
  }

  init(
    batch: Int = 1, m: Int, n: Int, k: Int, transposed: (Bool, Bool), isBFloat16: Bool = false
  ) {
    (self.batch, self.m, self.n, self.k) = (batch, m, n, k)
    self.isBFloat16 = isBFloat16
    self.transposed = Transposition(first: transposed.0, second: transposed.1)
  }
}
