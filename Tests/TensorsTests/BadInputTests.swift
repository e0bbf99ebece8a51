import Tensors
import Testing

/// Whatever shapes and sizes the operations get, they answer or throw a sentence; nothing traps, and
/// nothing reads or writes where it should not.
@Suite struct BadInputTests {
  /// A source of unlikely arguments.
  struct Draw {
    var random: Random
    let tape = Tape()

    mutating func pick<Value>(_ values: [Value]) -> Value {
      values[Int(random.next() % UInt64(values.count))]
    }

    mutating func size() -> Int { pick([0, 1, 1, 2, 2, 3, 3, 4, 6]) }

    mutating func shape() -> Shape {
      Shape((0..<pick([0, 1, 2, 2, 3, 3, 4, 4, 5])).map { _ in size() })
    }

    /// Often watched, so that the backward pass is tried too.
    mutating func tensor(_ shape: Shape) -> Tensor {
      let value = Tensor.uniform(shape: shape, in: -1...1, using: &random)
      return pick([true, false]) ? tape.watch(Parameter(value, name: "x")) : value
    }

    mutating func tensor() -> Tensor { tensor(shape()) }

    /// A shape that fits, or nearly.
    mutating func near(_ shape: Shape) -> Shape {
      var dims = shape.dims
      switch pick([0, 0, 0, 1, 2, 3]) {
      case 1: if !dims.isEmpty { dims[pick(Array(dims.indices))] = size() }
      case 2: dims.append(size())
      case 3: dims = dims.dropFirst().reversed()
      default: break
      }
      return Shape(dims)
    }

    mutating func near(_ dims: Int...) -> Tensor { tensor(near(Shape(dims))) }

    mutating func integer() -> Int {
      pick([1, 1, 2, 2, 3, 0, -1, -2, 5, 1 << 40, -(1 << 40), .max, .min])
    }

    mutating func float() -> Float { pick([0, 0.5, 1, -1, 2, .nan, .infinity, 1e-5]) }

    mutating func integers() -> [Int] { (0..<pick([0, 1, 2, 3, 4])).map { _ in integer() } }

    mutating func labels() -> [Int32] { integers().map { Int32(truncatingIfNeeded: $0) } }

    mutating func range() -> Range<Int> {
      let (a, b) = (integer(), integer())
      return min(a, b)..<max(a, b)
    }

    mutating func flag() -> Bool { pick([true, false]) }
  }

  struct Call: Sendable, CustomTestStringConvertible {
    let name: String
    let body: @Sendable (inout Draw) throws -> Tensor
    var testDescription: String { name }

    init(_ name: String, _ body: @escaping @Sendable (inout Draw) throws -> Tensor) {
      (self.name, self.body) = (name, body)
    }
  }

  static let elementwise =
    Activation.allCases.map { activation in
      Call("\(activation)") { try $0.tensor().activated(by: activation) }
    } + [
      Call("adding") { d in
        let x = d.tensor()
        return try x.adding(d.tensor(d.near(x.shape)), relu: d.flag())
      },
      Call("+") { d in
        let x = d.tensor(); return try x + d.tensor(d.near(x.shape))
      },
      Call("-") { d in
        let x = d.tensor(); return try x - d.tensor(d.near(x.shape))
      },
      Call("*") { d in
        let x = d.tensor(); return try x * d.tensor(d.near(x.shape))
      },
      Call("/") { d in
        let x = d.tensor(); return try x / d.tensor(d.near(x.shape))
      },
      Call("larger") { d in
        let x = d.tensor(); return try .larger(x, d.tensor(d.near(x.shape)))
      },
      Call("smaller") { d in
        let x = d.tensor(); return try .smaller(x, d.tensor(d.near(x.shape)))
      },
      Call("exponential") { try $0.tensor().exponential() },
      Call("logarithm") { try $0.tensor().logarithm() },
      Call("squareRoot") { try $0.tensor().squareRoot() },
      Call("magnitude") { try $0.tensor().magnitude() },
      Call("scalingGradient") { d in try d.tensor().scalingGradient(by: d.float()) },
      Call("dropout") { d in
        let x = d.tensor()
        return try x.dropout(rate: d.float(), using: &d.random)
      },
      Call("samplesDropped") { d in
        let x = d.tensor()
        return try x.samplesDropped(rate: d.float(), using: &d.random)
      },
    ]

  static let arrangements = [
    Call("broadcast") { d in
      let x = d.tensor(); return try x.broadcast(to: d.near(x.shape))
    },
    Call("broadcast far") { d in
      let x = d.tensor(); return try x.broadcast(to: Shape(d.integers()))
    },
    Call("reshaped") { d in
      let x = d.tensor(); return try x.reshaped(d.near(x.shape))
    },
    Call("reshaped far") { d in
      let x = d.tensor(); return try x.reshaped(Shape(d.integers()))
    },
    Call("flattened") { try $0.tensor().flattened() },
    Call("concatenated") { d in
      let first = d.tensor()
      let rest = (0..<d.size()).map { _ in d.tensor(d.near(first.shape)) }
      return try .concatenated([first] + rest, axis: d.integer())
    },
    Call("slice") { d in
      let x = d.tensor(); return try x.slice(d.range(), axis: d.integer())
    },
    Call("selected") { d in
      let x = d.tensor(); return try x.selected(d.integer(), axis: d.integer())
    },
    Call("padded") { d in
      let x = d.tensor()
      return try x.padded(
        before: d.integer(), after: d.integer(), axis: d.integer(), value: d.float())
    },
    Call("permuted") { d in
      let x = d.tensor(); return try x.permuted(d.integers())
    },
    Call("transposed") { try $0.tensor().transposed() },
    Call("rows") { d in
      let x = d.tensor(); return try x.rows(d.integers())
    },
    Call("rows where") { d in
      let x = d.tensor()
      return try x.rows(where: (0..<d.size()).map { _ in d.flag() })
    },
    Call("picked") { d in
      let x = d.tensor(); return try x.picked(columns: d.integers())
    },
    Call("embedded") { d in
      let x = d.tensor()
      return try (d.flag() ? x.stoppingGradient().relu() * 0 : x).embedded(in: d.tensor())
    },
    Call("sum") { d in try d.tensor().sum() }, Call("mean") { d in try d.tensor().mean() },
    Call("sum over") { d in
      let x = d.tensor()
      return try x.sum(over: d.integers(), keepingAxes: d.flag())
    },
    Call("mean over") { d in
      let x = d.tensor(); return try x.mean(over: d.integers())
    },
    Call("largest over") { d in
      let x = d.tensor(); return try x.largest(over: d.integers())
    },
    Call("variance over") { d in
      let x = d.tensor()
      return try x.variance(over: d.integers(), correction: d.integer())
    },
  ]

  static let products = [
    Call("dense") { d in
      let x = d.tensor()
      let (width, inputs) = (d.size(), x.shape.dims.last ?? 1)
      return try x.dense(weight: d.near(width, inputs), bias: d.flag() ? d.near(width) : nil)
    },
    Call("matrixProduct") { d in
      let x = d.tensor()
      let other = d.flag() ? d.near(x.shape) : Shape(x.shape.dims.suffix(2).reversed())
      return try x.matrixProduct(d.tensor(other), transposed: (d.flag(), d.flag()))
    },
    Call("selfAttention") { d in
      let (batch, tokens, heads) = (d.size(), d.size(), d.integer())
      let x = d.near(batch, tokens, 6 * d.size())
      return try x.selfAttention(
        heads: heads, mask: d.flag() ? d.near(tokens, tokens) : nil, isCausal: d.flag())
    },
    Call("attention") { d in
      let (batch, width) = (d.size(), 2 * d.size())
      let q = d.near(batch, d.size(), width)
      let k = d.near(batch, d.size(), width)
      return try .attention(
        queries: q, keys: k, values: d.flag() ? k : d.tensor(d.near(k.shape)), heads: d.integer(),
        isCausal: d.flag())
    },
    Call("convolved") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      let channels = x.shape.dims.last ?? 1
      let width = d.size()
      return try x.convolved(
        with: d.near(width, channels, d.size(), d.size()), bias: d.flag() ? d.near(width) : nil,
        stride: d.integer(), padding: d.integer(), dilation: d.integer(), groups: d.integer())
    },
    Call("transposedConvolved") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      let (channels, width) = (x.shape.dims.last ?? 1, d.size())
      return try x.transposedConvolved(
        with: d.near(channels, width, d.size(), d.size()), bias: d.flag() ? d.near(width) : nil,
        stride: d.integer(), padding: d.integer(), outputPadding: d.flag() ? 0 : d.integer(),
        dilation: d.flag() ? 1 : d.integer(), groups: d.flag() ? 1 : d.integer())
    },
    Call("unfolded") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      return try x.unfolded(kernel: d.integer(), stride: d.integer(), padding: d.integer())
    },
  ]

  static let images = [
    Call("averagePooled") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      return try x.averagePooled(kernel: d.integer(), stride: d.integer(), padding: d.integer())
    },
    Call("maxPooled") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      return try x.maxPooled(kernel: d.integer(), stride: d.integer(), padding: d.integer())
    },
    Call("mixedPooled") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      return try x.mixedPooled(weight: d.near(1), kernel: d.integer(), stride: d.integer())
    },
    Call("globalAveragePooled") { d in
      try d.near(d.size(), d.size(), d.size(), d.size()).globalAveragePooled()
    },
    Call("adaptivelyAveragePooled") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      return try x.adaptivelyAveragePooled(height: d.integer(), width: d.integer())
    },
    Call("adaptivelyMaxPooled") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      return try x.adaptivelyMaxPooled(height: d.integer(), width: d.integer())
    },
    Call("resized") { d in
      let x = d.near(d.size(), d.size(), d.size(), d.size())
      return try x.resized(height: d.integer(), width: d.integer(), aligningCorners: d.flag())
    },
  ]

  static let normalizations = [
    Call("batchNormalized") { d in
      let x = d.tensor()
      let channels = x.shape.dims.last ?? 1
      let statistics = BatchStatistics(channels: d.flag() ? channels : d.size())
      return try x.batchNormalized(
        scale: d.near(channels), shift: d.near(channels), statistics: statistics,
        training: d.flag(), adding: d.flag() ? d.tensor(d.near(x.shape)) : nil, relu: d.flag())
    },
    Call("layerNormalized") { d in
      let x = d.tensor()
      let channels = x.shape.dims.last ?? 1
      return try x.layerNormalized(scale: d.near(channels), shift: d.near(channels))
    },
    Call("groupNormalized") { d in
      let x = d.tensor()
      let channels = x.shape.dims.last ?? 1
      return try x.groupNormalized(
        groups: d.integer(), scale: d.near(channels), shift: d.near(channels))
    },
    Call("softmax") { try $0.tensor().softmax() },
    Call("logSoftmax") { try $0.tensor().logSoftmax() },
  ]

  static let losses = [
    Call("crossEntropy") { d in
      let x = d.tensor(); return try x.crossEntropy(labels: d.labels())
    },
    Call("crossEntropies") { d in
      let x = d.tensor()
      return try x.crossEntropies(labels: d.labels())
    },
    Call("smoothed") { d in
      let x = d.tensor()
      return try x.crossEntropy(
        labels: d.labels(), smoothing: d.float(), weights: d.flag() ? d.near(d.size()) : nil)
    },
    Call("soft") { d in
      let x = d.tensor()
      return try x.crossEntropies(targets: d.tensor(d.near(x.shape)))
    },
    Call("divergences") { d in
      let x = d.tensor()
      return try x.divergences(from: d.tensor(d.near(x.shape)))
    },
    Call("binary") { d in
      let x = d.tensor()
      return try x.binaryCrossEntropy(targets: d.tensor(d.near(x.shape)))
    },
    Call("probabilities") { d in
      let x = d.tensor()
      return try x.sigmoid().probabilityCrossEntropy(targets: d.tensor(d.near(x.shape)))
    },
    Call("meanSquaredError") { d in
      let x = d.tensor()
      return try .meanSquaredError(x, d.tensor(d.near(x.shape)))
    },
    Call("cosine") { d in
      let x = d.tensor()
      return try .cosineSimilarities(x, d.tensor(d.near(x.shape)), epsilon: d.float())
    },
  ]

  static let all =
    elementwise + arrangements + products + images + normalizations + losses

  @Test(arguments: all) func answersOrThrows(_ call: Call) throws {
    var answered = 0
    for seed in 0..<400 as Range<UInt64> {
      var draw = Draw(random: Random(seed: seed))
      do {
        let output = try call.body(&draw)
        answered += 1
        #expect(output.scalars.count == output.shape.count)
        let loss = try output.sum()
        if draw.tape.recordCount > 0 { _ = try draw.tape.gradients(of: loss) }
      } catch let error as TensorError {
        #expect(error.message.last == ".", "\(call.name), seed \(seed): \(error)")
      }
    }
    #expect(answered > 0, "\(call.name) never answered")
  }
}
