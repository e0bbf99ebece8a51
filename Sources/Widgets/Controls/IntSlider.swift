/// A slider over whole numbers.
public final class IntSlider: Slider<Int> {
  /// The numbers between two that the slider can stand on.
  @Trait("step") public var step: Int

  /// A slider.
  ///
  /// - Parameters:
  ///   - description: The text beside it.
  ///   - range: From where to where it goes.
  ///   - value: Where it stands at first; at the lower end if not given.
  ///   - step: How far the next number is.
  ///   - continuous: Whether the value changes while the user drags.
  public init(
    _ description: String = "", _ range: ClosedRange<Int> = 0...100, value: Int? = nil,
    step: Int = 1, continuous: Bool = true
  ) {
    let value = (value ?? range.lowerBound).bounded(by: range)
    super.init(
      "IntSlider", description, format: "d", continuous: continuous,
      [
        "min": .integer(range.lowerBound), "max": .integer(range.upperBound),
        "step": .integer(step), "value": .integer(value),
      ])
  }

  /// From where to where the slider goes; a value outside moves to the nearer end.
  public var range: ClosedRange<Int> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.bounded(by: newValue)) }
  }

  override func corrected(_ value: Int) -> Int { value.bounded(by: range) }

  override var filled: (start: Double, end: Double) { (0, range.share(at: value)) }
}

/// A slider with two handles, over whole numbers.
public final class IntRangeSlider: Slider<ClosedRange<Int>> {
  /// How far the next number is.
  @Trait("step") public var step: Int

  /// A slider.
  ///
  /// - Parameters:
  ///   - description: The text beside it.
  ///   - range: From where to where it goes.
  ///   - value: Where its handles stand at first; at a quarter and three quarters if not given.
  ///   - step: How far the next number is.
  ///   - continuous: Whether the value changes while the user drags.
  public init(
    _ description: String = "", _ range: ClosedRange<Int> = 0...100,
    value: ClosedRange<Int>? = nil, step: Int = 1, continuous: Bool = true
  ) {
    let quarter = (range.upperBound - range.lowerBound) / 4
    let middle = (range.lowerBound + quarter)...(range.upperBound - quarter)
    super.init(
      "IntRangeSlider", description, format: "d", continuous: continuous,
      [
        "min": .integer(range.lowerBound), "max": .integer(range.upperBound),
        "step": .integer(step), "value": (value ?? middle).clamped(to: range).state,
      ])
  }

  /// From where to where the slider goes; handles outside move to the nearer end.
  public var range: ClosedRange<Int> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.clamped(to: newValue)) }
  }

  override func corrected(_ value: ClosedRange<Int>) -> ClosedRange<Int> {
    value.clamped(to: range)
  }

  override var filled: (start: Double, end: Double) {
    (range.share(at: value.lowerBound), range.share(at: value.upperBound))
  }
}
