/// A bar that shows how much of a whole number is done.
public final class IntProgress: DescribedWidget {
  /// How much is done.
  @Trait("value") public var value: Int
  /// How the bar is to be noticed.
  @Trait("bar_style") public var barStyle: Emphasis
  /// Along which direction it grows.
  @Trait("orientation") public var orientation: Orientation

  /// A bar over a range.
  public init(
    _ description: String = "", _ range: ClosedRange<Int> = 0...100, value: Int? = nil
  ) {
    super.init(
      ModelType("IntProgress", view: "Progress"), style: .progress, description,
      [
        "min": .integer(range.lowerBound), "max": .integer(range.upperBound),
        "value": .integer(value ?? range.lowerBound), "bar_style": "",
        "orientation": "horizontal",
      ])
  }

  /// From where to where the bar goes.
  public var range: ClosedRange<Int> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.bounded(by: newValue)) }
  }

  package override var plainText: String { line("\(value) of \(range.upperBound)") }
  package override var staticHTML: String {
    Markup.row(
      description, Markup.track(from: 0, to: range.share(at: value), height: 14), "\(value)")
  }
}

/// A bar that shows how much of a quantity is done.
public final class FloatProgress: DescribedWidget {
  /// How much is done.
  @Trait("value") public var value: Double
  /// How the bar is to be noticed.
  @Trait("bar_style") public var barStyle: Emphasis
  /// Along which direction it grows.
  @Trait("orientation") public var orientation: Orientation

  /// A bar over a range.
  public init(
    _ description: String = "", _ range: ClosedRange<Double> = 0...100, value: Double? = nil
  ) {
    super.init(
      ModelType("FloatProgress", view: "Progress"), style: .progress, description,
      [
        "min": .number(range.lowerBound), "max": .number(range.upperBound),
        "value": .number(value ?? range.lowerBound), "bar_style": "",
        "orientation": "horizontal",
      ])
  }

  /// From where to where the bar goes.
  public var range: ClosedRange<Double> {
    get { trait("min")...trait("max") }
    set { set(bounds: newValue, value: value.bounded(by: newValue)) }
  }

  package override var plainText: String { line("\(value) of \(range.upperBound)") }
  package override var staticHTML: String {
    Markup.row(
      description, Markup.track(from: 0, to: range.share(at: value), height: 14), "\(value)")
  }
}
