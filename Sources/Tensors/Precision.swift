internal import COneDNN

/// How exactly convolutions and matrix products are computed.
///
/// ```swift
/// var recipe = Recipe.default
/// recipe.precision = .mixedBFloat16                              // trains in mixed precision
/// let run = try net.train(.joint, on: data, epochs: 20, recipe: recipe)
/// let logits = try Tensors.withPrecision(.mixedBFloat16) { try run.model.logits(images) }
/// ```
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  /// 32-bit floats throughout.
  case float32 = "f32"
  /// Mixed precision in bfloat16: what is multiplied is rounded to 16 bits, everything else stays
  /// in 32.
  ///
  /// The factors of convolutions, dense layers, matrix products and attention, forward and backward,
  /// are rounded to bfloat16, a float with 8 digits of precision instead of 24; sums are 32-bit
  /// floats, and so is everything between products: normalisation, activations, softmax, losses,
  /// gradients, the optimiser and the weights that it changes (the master weights), so that updates
  /// far below bfloat16's resolution add up. No loss scaling is needed, for the exponent has as many
  /// bits as a float's. What convolutions, dense layers, attention and batch normalisation keep for
  /// the way back is kept in 16 bits, half the memory.
  /// Micikevicius et al., *Mixed precision training*, ICLR 2018, arXiv 1710.03740; Kalamkar et al.,
  /// *A study of BFLOAT16 for deep learning training*, 2019, arXiv 1905.12322.
  ///
  /// A product of two such numbers is exact in a 32-bit float, so units for floats compute the same
  /// from rounded numbers as units for bfloat16, but for the order of sums. The processor's bfloat16
  /// instructions are used where they are the faster way, which is measured once in a process.
  case mixedBFloat16 = "bf16"
}

extension Precision: CustomStringConvertible {
  public var description: String {
    switch self {
    case .float32: "32-bit floats"
    case .mixedBFloat16: "mixed precision in bfloat16"
    }
  }
}

extension Precision {
  /// Whether this processor has what it takes.
  public var isAvailable: Bool { self == .float32 || odnn_bfloat16_units() != odnn_units_none }

  /// What multiplies on this processor, such as `bf16 factors in f32 units`; for people.
  public var arithmetic: String {
    guard self == .mixedBFloat16 else { return "f32 units" }
    return switch odnn_bfloat16_units() {
    case odnn_units_bfloat16: "bf16 units"
    case odnn_units_float: "bf16 factors in f32 units, the faster ones here"
    default: "not available"
    }
  }

  /// Throws a sentence if this processor cannot do it.
  public func requireAvailable() throws(TensorError) {
    guard !isAvailable else { return }
    throw TensorError(
      "Mixed precision in bfloat16 needs a processor with AVX512_BF16 or AMX, and this one offers "
        + "\(Engine.instructionSet): use Precision.float32, which is the default.")
  }

  /// The precision of products on the calling thread; `float32` unless ``Tensors`` was told otherwise.
  public static var current: Precision {
    Arithmetic.current == .float32 ? .float32 : .mixedBFloat16
  }
}

extension Tensors {
  /// Runs `body` with another precision, for what the calling thread does.
  ///
  /// An operation keeps the precision it was recorded with on its way back, whenever that is.
  ///
  /// - Throws: ``TensorError`` if the processor has no instructions for it; what `body` throws.
  public static func withPrecision<Result>(
    _ precision: Precision, _ body: () throws -> Result
  ) throws -> Result {
    try precision.requireAvailable()
    let before = odnn_set_own_arithmetic(Arithmetic(precision).rawValue)
    defer { _ = odnn_set_own_arithmetic(before) }
    return try body()
  }
}

/// Which units multiply bfloat16 numbers: what this processor is good at, unless a test says
/// otherwise.
package enum BFloat16Units: Int32, Sendable {
  case none, float, bfloat16

  package static var current: BFloat16Units {
    BFloat16Units(rawValue: Int32(odnn_bfloat16_units().rawValue)) ?? .none
  }

  /// Runs `body` as if this were what suits the processor, for what the calling thread does.
  package static func with<Result>(
    _ units: BFloat16Units, _ body: () throws -> Result
  ) rethrows -> Result {
    let before = odnn_set_own_bfloat16_units(units.rawValue)
    defer { _ = odnn_set_own_bfloat16_units(before) }
    return try body()
  }
}

/// In which form products get their factors.
package enum Arithmetic: Int32, Hashable, Sendable {
  /// 32-bit floats as they are.
  case float32
  /// 32-bit floats, rounded to bfloat16.
  case rounded
  /// Numbers of 16 bits.
  case bfloat16

  init(_ precision: Precision) {
    let mixed: Arithmetic = BFloat16Units.current == .bfloat16 ? .bfloat16 : .rounded
    self = precision == .float32 ? .float32 : mixed
  }

  /// That of the calling thread.
  package static var current: Arithmetic { Arithmetic(rawValue: odnn_own_arithmetic()) ?? .float32 }
}
