import Glibc

/// A slider over positive numbers whose steps are equal factors: a learning rate, a penalty.
public final class FloatLogSlider: Slider<Double> {
  /// How much the exponent changes from one number to the next.
  @Trait("step") public var step: Double
  /// The base of the exponents.
  @Trait("base") public var base: Double

  /// A slider.
  ///
  /// - Parameters:
  ///   - description: The text beside it.
  ///   - range: From where to where it goes; both ends positive.
  ///   - value: Where it stands at first; at the lower end if not given.
  ///   - step: How much the exponent of `base` changes from one number to the next.
  ///   - base: The base of the exponents.
  ///   - continuous: Whether the value changes while the user drags.
  public init(
    _ description: String = "", _ range: ClosedRange<Double> = 1...10000, value: Double? = nil,
    step: Double = 0.1, base: Double = 10, continuous: Bool = true
  ) {
    precondition(
      range.lowerBound > 0 && base > 1,
      "A logarithmic slider goes from one positive number to another, with a base above one; got "
        + "\(range.lowerBound)...\(range.upperBound) and \(base).")
    super.init(
      "FloatLogSlider", description, format: ".3g", continuous: continuous,
      [
        "min": .number(Self.exponent(of: range.lowerBound, base)),
        "max": .number(Self.exponent(of: range.upperBound, base)),
        "base": .number(base), "step": .number(step),
        "value": .number((value ?? range.lowerBound).bounded(by: range)),
      ])
  }

  private static func exponent(of value: Double, _ base: Double) -> Double {
    base == 10 ? log10(value) : log(value) / log(base)
  }

  private var exponents: ClosedRange<Double> { trait("min")...trait("max") }

  /// From where to where the slider goes.
  public var range: ClosedRange<Double> {
    pow(base, exponents.lowerBound)...pow(base, exponents.upperBound)
  }

  override func corrected(_ value: Double) -> Double { value.bounded(by: range) }

  override func text(of value: Double) -> String {
    let scale = value > 0 ? pow(10, 2 - floor(log10(value))) : 1
    return "\((value * scale).rounded() / scale)"
  }

  override var filled: (start: Double, end: Double) {
    (0, exponents.share(at: value > 0 ? Self.exponent(of: value, base) : exponents.lowerBound))
  }
}
