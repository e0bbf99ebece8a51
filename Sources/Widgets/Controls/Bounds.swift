extension Comparable {
  func bounded(by range: ClosedRange<Self>) -> Self {
    min(max(self, range.lowerBound), range.upperBound)
  }
}

extension ClosedRange where Bound: BinaryInteger {
  /// How far along the range a number lies, from 0 to 1.
  func share(at value: Bound) -> Double {
    let length = Double(upperBound) - Double(lowerBound)
    return length > 0 ? (Double(value) - Double(lowerBound)) / length : 0
  }
}

extension ClosedRange<Double> {
  /// How far along the range a number lies, from 0 to 1.
  func share(at value: Double) -> Double {
    let length = upperBound - lowerBound
    return length > 0 ? (value - lowerBound) / length : 0
  }
}

extension WidgetModel {
  /// Moves the ends and the value at once: at no time do they contradict each other.
  func set<Bound: TraitValue, Value: TraitValue>(bounds: ClosedRange<Bound>, value: Value) {
    set(["min": bounds.lowerBound.state, "max": bounds.upperBound.state, "value": value.state])
  }
}
