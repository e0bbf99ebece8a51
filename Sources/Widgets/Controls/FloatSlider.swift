/// A slider over real numbers.
public final class FloatSlider: Slider<Double> {
  /// How far the next number is.
  @Trait("step") public var step: Double

  /// A slider.
  ///
  /// - Parameters:
  ///   - description: The text beside it.
  ///   - range: From where to where it goes.
  ///   - value: Where it stands at first; at the lower end if not given.
  ///   - step: How far the next number is; about a hundredth of the range if not given.
  ///   - continuous: Whether the value changes while the user drags.
  public init(
    _ description: String = "", _ range: ClosedRange<Double> = 0...100, value: Double? = nil,
    step: Double? = nil, continuous: Bool = true
  ) {
    let grid = Grid(range, step: step)
    super.init(
      "FloatSlider", description, format: grid.format, continuous: continuous,
      [
        "min": .number(range.lowerBound), "max": .number(range.upperBound),
        "step": .number(grid.step),
        "value": .number((value ?? range.lowerBound).bounded(by: range)),
      ])
  }

  /// From where to where the slider goes; a value outside moves to the nearer end.
  public var range: ClosedRange<Double> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.bounded(by: newValue)) }
  }

  override func corrected(_ value: Double) -> Double { value.bounded(by: range) }
  override func text(of value: Double) -> String { Grid.text(value, step: step) }
  override var filled: (start: Double, end: Double) { (0, range.share(at: value)) }
}

/// A slider with two handles, over real numbers.
public final class FloatRangeSlider: Slider<ClosedRange<Double>> {
  /// How far the next number is.
  @Trait("step") public var step: Double

  /// A slider.
  ///
  /// - Parameters:
  ///   - description: The text beside it.
  ///   - range: From where to where it goes.
  ///   - value: Where its handles stand at first; at a quarter and three quarters if not given.
  ///   - step: How far the next number is; about a hundredth of the range if not given.
  ///   - continuous: Whether the value changes while the user drags.
  public init(
    _ description: String = "", _ range: ClosedRange<Double> = 0...100,
    value: ClosedRange<Double>? = nil, step: Double? = nil, continuous: Bool = true
  ) {
    let quarter = (range.upperBound - range.lowerBound) / 4
    let middle = (range.lowerBound + quarter)...(range.upperBound - quarter)
    let grid = Grid(range, step: step)
    super.init(
      "FloatRangeSlider", description, format: grid.format, continuous: continuous,
      [
        "min": .number(range.lowerBound), "max": .number(range.upperBound),
        "step": .number(grid.step), "value": (value ?? middle).clamped(to: range).state,
      ])
  }

  /// From where to where the slider goes; handles outside move to the nearer end.
  public var range: ClosedRange<Double> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.clamped(to: newValue)) }
  }

  override func corrected(_ value: ClosedRange<Double>) -> ClosedRange<Double> {
    value.clamped(to: range)
  }

  override func text(of value: ClosedRange<Double>) -> String {
    "\(Grid.text(value.lowerBound, step: step)) – \(Grid.text(value.upperBound, step: step))"
  }

  override var filled: (start: Double, end: Double) {
    (range.share(at: value.lowerBound), range.share(at: value.upperBound))
  }
}
