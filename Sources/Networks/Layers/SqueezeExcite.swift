public import Tensors

/// Every channel is multiplied by a number between 0 and 1 that depends on the means of all.
///
/// Two 1×1 convolutions on the means, `activation` between them and `gate` behind them. Hu et al.,
/// *Squeeze-and-excitation networks*, arXiv:1709.01507, equation 3. Stored as `fc1` and `fc2`.
public struct SqueezeExcite: Layer {
  /// The number of channels between the two convolutions.
  public let width: Int
  /// The function between the two convolutions.
  public let activation: Activation
  /// The function that makes the factor.
  public let gate: Activation

  /// Squeeze-and-excitation through `width` channels.
  public init(_ width: Int, activation: Activation = .relu, gate: Activation = .sigmoid) {
    self.width = width
    self.activation = activation
    self.gate = gate
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.image(input.dims, "\(input)")
    try Require.positive(width, "its width")
    let means: Shape = [1, 1, input[2]]
    let narrow = try site.inner("fc1", Conv(width, kernel: 1), on: means)
    _ = try site.inner("fc2", Conv(input[2], kernel: 1), on: narrow)
    site.work.adaptivelyPooled = input.count
    site.work.activated = width
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let shape = input.shape
    let means = try input.globalAveragePooled().reshaped([shape[0], 1, 1, shape[3]])
    let narrow = try context.run("fc1", means).activated(by: activation)
    return try input * context.run("fc2", narrow).activated(by: gate)
  }

  public var description: String {
    var text = "SqueezeExcite(\(width)"
    if activation != .relu { text += ", activation: .\(activation.rawValue)" }
    if gate != .sigmoid { text += ", gate: .\(gate.rawValue)" }
    return text + ")"
  }
}
