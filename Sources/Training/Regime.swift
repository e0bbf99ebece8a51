import Networks

/// The order in which the parts of an early-exit network learn.
///
/// Three regimes have names in the literature ("Joint or Disjoint: Mixing Training Regimes for
/// Early-Exit Models", arXiv:2407.14320):
///
/// | regime | phases |
/// |---|---|
/// | ``disjoint`` | the backbone, then the exits on the frozen backbone |
/// | ``joint`` | everything at once, from scratch |
/// | ``mixed`` | the backbone, then everything |
///
/// The final classifier belongs to the backbone. One's own regime is a list of phases:
///
/// ```swift
/// let slow = Regime("mixed 25/75") {
///   Phase(.backbone, share: 0.25)
///   Phase(.everything, share: 0.75, learningRate: 0.02)
/// }
/// ```
///
/// ## How long each phase lasts
/// `epochs: 20` is the **total** over all phases, so that every regime sees the training data
/// equally often, and phases divide it by their shares: equal halves in ``disjoint`` and ``mixed``,
/// which therefore begin with the very same backbone when the seed is the same. The paper instead
/// trains each phase until it converges: say `epochsPerPhase: 20`, which gives every phase the
/// same ceiling, and add ``EarlyStopping``. A phase with `epochs` of its own keeps them either way.
public struct Regime: Hashable, Codable, Sendable {
  /// The name, as charts and tables show it.
  public var name: String
  /// What is trained, first to last.
  public var phases: [Phase]

  /// A regime of the given phases, first to last.
  public init(_ name: String, _ phases: [Phase]) {
    self.name = name
    self.phases = phases
  }

  /// A regime of the given phases, first to last.
  public init(_ name: String, _ phases: Phase...) { self.init(name, phases) }

  /// A regime of the phases in braces, first to last; `if` and `for` work there.
  public init(_ name: String, @RegimeBuilder _ phases: () -> [Phase]) {
    self.init(name, phases())
  }

  /// The backbone, then the exits on the frozen backbone.
  ///
  /// The exits learn at three times the recipe's rate: heads on frozen features are small, nearly
  /// convex problems, and at the backbone's rate they would be cut off half-trained, which would
  /// make this regime look worse than it is.
  public static let disjoint = Regime(
    "disjoint", Phase(.backbone), Phase(.exits, learningRateFactor: 3))
  /// Everything at once, from scratch.
  public static let joint = Regime("joint", Phase(.everything))
  /// The backbone, then everything.
  public static let mixed = Regime("mixed", Phase(.backbone), Phase(.everything))
  /// The three regimes of the literature: disjoint, joint, mixed.
  public static let all: [Regime] = [.disjoint, .joint, .mixed]
}

extension Regime: CustomStringConvertible {
  public var description: String {
    "\(name): \(phases.map(\.description).joined(separator: ", then "))"
  }
}

/// Collects the phases of a regime written in braces.
@resultBuilder
public enum RegimeBuilder {
  public static func buildExpression(_ phase: Phase) -> [Phase] { [phase] }
  public static func buildExpression(_ phases: [Phase]) -> [Phase] { phases }
  public static func buildBlock(_ parts: [Phase]...) -> [Phase] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[Phase]]) -> [Phase] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Phase]?) -> [Phase] { part ?? [] }
  public static func buildEither(first part: [Phase]) -> [Phase] { part }
  public static func buildEither(second part: [Phase]) -> [Phase] { part }
}
