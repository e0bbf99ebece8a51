public import Tensors

/// A dense layer: every output is a weighted sum of every input, plus a bias.
///
/// On tokens × width it works on every token alike.
/// The weight is stored as out, in. Weight and bias start uniformly within ±1/√in, as PyTorch's
/// `Linear` does.
public struct Dense: Layer {
  /// The number of outputs.
  public let width: Int
  /// Whether a bias is added.
  public let bias: Bool

  /// A dense layer with `width` outputs.
  public init(_ width: Int, bias: Bool = true) {
    self.width = width
    self.bias = bias
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.positive(width, "its width")
    guard input.rank <= 2 else {
      throw NetworkError(
        "it works on flat features, and gets \(input); put GlobalPool() or Flatten() before it"
      )
    }
    let (fan, rows) = (input[-1], input.rank == 2 ? input[0] : 1)
    let bound = 1 / Float(fan).squareRoot()
    site.work.products = try Require.product(rows, width, fan)
    site.parameter("weight", [width, fan], .uniform(bound: bound))
    if bias {
      site.parameter("bias", [width], .uniform(bound: bound))
      site.work.denseBias = rows * width
    }
    return input.rank == 2 ? [rows, width] : [width]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try forward(input, context, adding: nil)
  }

  /// The layer, and what is added to its output in the same pass over memory.
  func forward(_ input: Tensor, _ context: LayerContext, adding addend: Tensor?) throws -> Tensor {
    try input.dense(
      weight: context.parameter("weight"), bias: context.optionalParameter("bias"),
      adding: addend)
  }

  public var description: String { "Dense(\(width)\(bias ? "" : ", bias: false"))" }
}
