// How a control is written where the kind of its value is known: `.slider("threshold", 0...1)`.

extension Control<Double> {
  /// A slider over real numbers, in the middle at first.
  public static func slider(
    _ name: String, _ range: ClosedRange<Double>, value: Double? = nil, step: Double? = nil,
    continuous: Bool = true
  ) -> Control<Double> {
    let middle = (range.lowerBound + range.upperBound) / 2
    return FloatSlider(name, range, value: value ?? middle, step: step, continuous: continuous)
  }

  /// A slider over positive numbers whose steps are equal factors, at the lower end at first.
  public static func logSlider(
    _ name: String, _ range: ClosedRange<Double>, value: Double? = nil, continuous: Bool = true
  ) -> Control<Double> {
    FloatLogSlider(name, range, value: value, continuous: continuous)
  }

  /// A field for a number.
  public static func floatText(_ name: String, _ value: Double = 0) -> Control<Double> {
    FloatText(name, value)
  }
}

extension Control<Int> {
  /// A slider over whole numbers, in the middle at first.
  public static func intSlider(
    _ name: String, _ range: ClosedRange<Int>, value: Int? = nil, step: Int = 1,
    continuous: Bool = true
  ) -> Control<Int> {
    let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    return IntSlider(name, range, value: value ?? middle, step: step, continuous: continuous)
  }

  /// A field for a whole number.
  public static func intText(_ name: String, _ value: Int = 0) -> Control<Int> {
    IntText(name, value)
  }
}

extension Control<ClosedRange<Double>> {
  /// A slider with two handles, over real numbers.
  public static func rangeSlider(
    _ name: String, _ range: ClosedRange<Double>, value: ClosedRange<Double>? = nil,
    step: Double? = nil
  ) -> Control<ClosedRange<Double>> {
    FloatRangeSlider(name, range, value: value, step: step)
  }
}

extension Control<ClosedRange<Int>> {
  /// A slider with two handles, over whole numbers.
  public static func intRangeSlider(
    _ name: String, _ range: ClosedRange<Int>, value: ClosedRange<Int>? = nil, step: Int = 1
  ) -> Control<ClosedRange<Int>> {
    IntRangeSlider(name, range, value: value, step: step)
  }
}

extension Control<Bool> {
  /// A box to tick.
  public static func checkbox(_ name: String, _ value: Bool = false) -> Control<Bool> {
    Checkbox(name, value)
  }
}

extension Control<String> {
  /// A line to write in.
  public static func text(_ name: String, _ value: String = "") -> Control<String> {
    Text(name, value, continuous: false)
  }
}

extension Control {
  /// A list that opens to choose from.
  public static func dropdown(_ name: String, _ options: [Value], index: Int = 0) -> Control {
    Dropdown(name, options, index: index)
  }

  /// A list that opens to choose from, the values under names of their own.
  public static func dropdown(
    _ name: String, _ options: KeyValuePairs<String, Value>, index: Int = 0
  ) -> Control {
    Dropdown(name, options, index: index)
  }

  /// Values that all stand there, one of them marked.
  public static func radioButtons(_ name: String, _ options: [Value], index: Int = 0) -> Control {
    RadioButtons(name, options, index: index)
  }

  /// A row of buttons, one of them pressed.
  public static func toggleButtons(_ name: String, _ options: [Value], index: Int = 0) -> Control {
    ToggleButtons(name, options, index: index)
  }
}
