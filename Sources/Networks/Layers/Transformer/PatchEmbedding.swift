public import Tensors

/// An image cut into squares, each a token: height × width × channels in, tokens × `width` out.
///
/// A convolution whose stride is its kernel, row by row. Dosovitskiy et al., arXiv:2010.11929,
/// equation 1. Stored as `proj.weight` and `proj.bias`, timm's names.
public struct PatchEmbedding: Layer {
  /// The length of a token's vector.
  public let width: Int
  /// The side of a square.
  public let patch: Int

  /// Tokens of length `width` from squares of `patch` × `patch`.
  public init(_ width: Int, patch: Int) {
    self.width = width
    self.patch = patch
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.positive(patch, "its patch")
    try Require.image(input.dims, "\(input)")
    guard input[0] % patch == 0, input[1] % patch == 0 else {
      throw NetworkError("squares of \(patch)×\(patch) do not share out the image \(input)")
    }
    let conv = Conv(width, kernel: patch, stride: patch, padding: 0, bias: true)
    let shape = try site.inner("proj", conv, on: input)
    return [shape[0] * shape[1], width]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let image = try context.run("proj", input)
    return try image.reshaped([image.shape[0], image.shape[1] * image.shape[2], width])
  }

  public var description: String { "PatchEmbedding(\(width), patch: \(patch))" }
}

/// A learned token put before the others, in which a transformer gathers what classifies.
///
/// Stored as `weight`, 1 × width; starts at zero. Dosovitskiy et al., arXiv:2010.11929, equation 1.
public struct ClassToken: Layer {
  /// A class token.
  public init() {}

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    site.parameter("weight", [1, input[1]], .zeros)
    return [input[0] + 1, input[1]]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let token = try context.parameter("weight")
      .broadcast(to: [input.shape[0], 1, input.shape[2]])
    return try Tensor.concatenated([token, input], axis: 1)
  }

  public var description: String { "ClassToken()" }
}

/// One token of the sequence: tokens × width in, width out.
///
/// `Token(0)` is the class token, or BERT's first.
public struct Token: Layer {
  /// The place of the token, counted from 0.
  public let index: Int

  /// The token at this place.
  public init(_ index: Int) {
    self.index = index
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    guard (0..<input[0]).contains(index) else {
      throw NetworkError("there is no token \(index) among the \(input[0]) of \(input)")
    }
    return [input[1]]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.selected(index, axis: 1)
  }

  public var description: String { "Token(\(index))" }
}

/// The mean of all tokens: tokens × width in, width out.
public struct TokenMean: Layer {
  /// A mean over tokens.
  public init() {}

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    site.work.adaptivelyPooled = input.count
    return [input[1]]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.mean(over: [1])
  }

  public var description: String { "TokenMean()" }
}
