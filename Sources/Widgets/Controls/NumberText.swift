/// A whole number to write.
public final class IntText: ScalarControl<Int> {
  /// Whether the value changes with every digit, not only at the end.
  @Trait("continuous_update") public var continuousUpdate: Bool
  /// How far the arrows go.
  @Trait("step") public var step: Int

  /// A field with a number in it.
  public init(_ description: String = "", _ value: Int = 0, step: Int = 1) {
    super.init(
      ModelType("IntText"), style: .description, description,
      ["value": .integer(value), "step": .integer(step), "continuous_update": false])
  }
}

/// A real number to write.
public final class FloatText: ScalarControl<Double> {
  /// Whether the value changes with every digit, not only at the end.
  @Trait("continuous_update") public var continuousUpdate: Bool
  /// How far the arrows go; anywhere if `nil`.
  @Trait("step") public var step: Double?

  /// A field with a number in it.
  public init(_ description: String = "", _ value: Double = 0, step: Double? = nil) {
    super.init(
      ModelType("FloatText"), style: .description, description,
      ["value": .number(value), "step": step.state, "continuous_update": false])
  }
}

/// A whole number to write, within bounds.
public final class BoundedIntText: ScalarControl<Int> {
  /// Whether the value changes with every digit, not only at the end.
  @Trait("continuous_update") public var continuousUpdate: Bool
  /// How far the arrows go.
  @Trait("step") public var step: Int

  /// A field with a number in it; the lower bound if none is given.
  public init(
    _ description: String = "", _ range: ClosedRange<Int> = 0...100, value: Int? = nil,
    step: Int = 1
  ) {
    super.init(
      ModelType("BoundedIntText", view: "IntText"), style: .description, description,
      [
        "min": .integer(range.lowerBound), "max": .integer(range.upperBound),
        "value": .integer((value ?? range.lowerBound).bounded(by: range)),
        "step": .integer(step), "continuous_update": false,
      ])
  }

  /// The bounds; a value outside moves to the nearer one.
  public var range: ClosedRange<Int> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.bounded(by: newValue)) }
  }

  override func corrected(_ value: Int) -> Int { value.bounded(by: range) }
}

/// A real number to write, within bounds.
public final class BoundedFloatText: ScalarControl<Double> {
  /// Whether the value changes with every digit, not only at the end.
  @Trait("continuous_update") public var continuousUpdate: Bool
  /// How far the arrows go; anywhere if `nil`.
  @Trait("step") public var step: Double?

  /// A field with a number in it; the lower bound if none is given.
  public init(
    _ description: String = "", _ range: ClosedRange<Double> = 0...100, value: Double? = nil,
    step: Double? = nil
  ) {
    super.init(
      ModelType("BoundedFloatText", view: "FloatText"), style: .description, description,
      [
        "min": .number(range.lowerBound), "max": .number(range.upperBound),
        "value": .number((value ?? range.lowerBound).bounded(by: range)),
        "step": step.state, "continuous_update": false,
      ])
  }

  /// The bounds; a value outside moves to the nearer one.
  public var range: ClosedRange<Double> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.bounded(by: newValue)) }
  }

  override func corrected(_ value: Double) -> Double { value.bounded(by: range) }
}
