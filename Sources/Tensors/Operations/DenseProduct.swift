internal import COneDNN

/// x Wᵀ for every row of x, and the gradients of both, without keeping either's values but W's.
struct DenseProduct {
  private let input: Shape, weight: Tensor
  private let inputSlot: Int?, weightSlot: Int?
  private let operation: String

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

  /// x Wᵀ + b + addend.
  func run(
    _ input: Tensor, bias: Tensor? = nil, adding addend: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    if let addend, addend.shape != output {
      throw TensorError(
        "\(operation): the result is \(output) and what is added to it \(addend.shape); expected "
          + "the same shape.")
    }
    let product = try asRows(input).rowwiseProduct(weight, bias, addend)
    return Tensor(shape: output, storage: product.storage)
  }

  func addWeightGradient(
    _ gradient: Tensor, _ input: Tensor, to table: GradientTable
  ) throws(TensorError) {
    guard weightSlot != nil else { return }
    let product = try asRows(gradient).product(asRows(input), transposed: (true, false))
    table.add(product, to: weightSlot)
  }

  func addInputGradient(_ gradient: Tensor, to table: GradientTable) throws(TensorError) {
    guard inputSlot != nil else { return }
    table.add(try inputGradient(gradient), to: inputSlot)
  }

  func inputGradient(_ gradient: Tensor) throws(TensorError) -> Tensor {
    let product = try asRows(gradient).product(weight, transposed: (false, false))
    return Tensor(shape: input, storage: product.storage)
  }

  private func asRows(_ tensor: Tensor) -> Tensor {
    Tensor(shape: [rows, tensor.shape[-1]], storage: tensor.storage)
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
