internal import COneDNN

/// x Wᵀ for every row of x, and the gradients of both, without keeping either's values but W's.
struct DenseProduct {
  private let input: Shape, weight: Tensor
  private let inputSlot: Int?, weightSlot: Int?
  private let operation: String
  private let arithmetic = Arithmetic.current

  init(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?, operation: String) throws(TensorError) {
    let shape = input.shape
    guard shape.rank >= 2, weight.shape.rank == 2, weight.shape[1] == shape[-1] else {
      throw TensorError(
        "\(operation): the input is \(shape) and the weight \(weight.shape); expected N×…×I and a "
          + "weight out×in with in = \(shape.dims.last ?? 0).")
    }
    guard bias.map({ $0.shape == [weight.shape[0]] }) ?? true else {
      throw TensorError(
        "\(operation): the bias is \(bias?.shape ?? []), expected \(weight.shape[0]) to fit the "
          + "weight \(weight.shape).")
    }
    (self.input, self.weight, self.operation) = (shape, weight.detached, operation)
    (inputSlot, weightSlot) = (input.slot, weight.slot)
  }

  /// Every token, or pixel, is a row.
  private var rows: Int { input.dims.dropLast().reduce(1, *) }
  private var output: Shape { Shape(input.dims.dropLast() + [weight.shape[0]]) }

  /// x Wᵀ.
  func run(_ input: Tensor) throws(TensorError) -> Tensor { try run(arithmetic.factor(input)) }

  /// x Wᵀ + b + addend, and what the weight's gradient will need of x.
  func keeping(
    _ input: Tensor, bias: Tensor? = nil, adding addend: Tensor? = nil
  ) throws(TensorError) -> (product: Tensor, kept: KeptFactor?) {
    let (now, later) = arithmetic.factor(input, keeping: weightSlot != nil)
    return (try run(now, bias: bias, adding: addend), later)
  }

  /// What the products of the way back are made of.
  func factor(_ values: consuming Tensor) -> Factor { arithmetic.factor(consuming: values) }

  /// x Wᵀ + b + addend.
  func run(
    _ input: Factor, bias: Tensor? = nil, adding addend: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    if let addend, addend.shape != output {
      throw TensorError(
        "\(operation): the result is \(output) and what is added to it \(addend.shape); expected "
          + "the same shape.")
    }
    let product = try asRows(input).rowwiseProduct(arithmetic.weight(weight), bias, addend)
    return Tensor(shape: output, storage: product.storage)
  }

  func addWeightGradient(
    _ gradient: Factor, _ input: KeptFactor?, to table: GradientTable
  ) throws(TensorError) {
    guard let input else { return }
    try addWeightGradient(gradient, input.restored(), to: table)
  }

  func addWeightGradient(
    _ gradient: Factor, _ input: Factor, to table: GradientTable
  ) throws(TensorError) {
    guard weightSlot != nil else { return }
    let product = try asRows(gradient).product(asRows(input), transposed: (true, false))
    table.add(product, to: weightSlot)
  }

  func addInputGradient(_ gradient: Factor, to table: GradientTable) throws(TensorError) {
    guard inputSlot != nil else { return }
    table.add(try inputGradient(gradient), to: inputSlot)
  }

  func inputGradient(_ gradient: Factor) throws(TensorError) -> Tensor {
    let product = try asRows(gradient).product(
      arithmetic.weight(weight), transposed: (false, false))
    return Tensor(shape: input, storage: product.storage)
  }

  private func asRows(_ factor: Factor) -> Factor {
    factor.reshaped([rows, factor.shape[-1]])
  }
}

/// f(z + b), z being rows of numbers, in one pass over memory each way.
struct BiasedRows {
  private let product: Tensor, bias: Tensor
  private let biasSlot: Int?
  private let function: odnn_function

  init(_ product: Tensor, _ bias: Tensor, _ function: odnn_function) {
    (self.product, self.bias, self.function) = (product, bias.detached, function)
    biasSlot = bias.slot
  }

  private init(_ kept: Kept) {
    let product = kept.product.restored()
    self.product = Tensor(shape: product.shape, storage: product.storage)
    (bias, biasSlot, function) = (kept.bias, kept.biasSlot, kept.function)
  }

  /// The rows for the way back.
  struct Kept {
    fileprivate let product: KeptFactor
    fileprivate let bias: Tensor, biasSlot: Int?
    fileprivate let function: odnn_function

    func restored() -> BiasedRows { BiasedRows(self) }
  }

  func kept() -> Kept {
    Kept(
      product: KeptFactor(keeping: product), bias: bias, biasSlot: biasSlot, function: function)
  }

  private var width: Int64 { Int64(bias.count) }
  private var rows: Int64 { Int64(product.count / max(bias.count, 1)) }

  func values() -> Tensor {
    let output = Tensor(uninitialized: product.shape)
    odnn_apply_rows(function, product.pointer, bias.pointer, rows, width, output.pointer)
    return output
  }

  /// The gradient of z, over that of the values if nobody else holds it; that of b goes to the table.
  func gradient(_ gradient: consuming Tensor, _ table: GradientTable) -> Tensor {
    let result = gradient.isUnshared ? gradient : gradient.emptyCopy
    let sums = Tensor(uninitialized: bias.shape)
    let scratch = Storage(count: odnn_channel_scratch(rows, width))
    odnn_apply_rows_gradient(
      function, gradient.pointer, product.pointer, bias.pointer, rows, width, result.pointer,
      sums.pointer, scratch.pointer)
    table.add(sums, to: biasSlot)
    return result
  }
}
