/// A type whose values can stand in a widget's state.
public protocol TraitValue {
  /// The value that a state holds, or `nil` if it holds something else.
  init?(state: StateValue)
  /// The value as the state holds it.
  var state: StateValue { get }
}

extension Bool: TraitValue {
  public init?(state: StateValue) {
    guard case .bool(let value) = state else { return nil }
    self = value
  }

  public var state: StateValue { .bool(self) }
}

extension Int: TraitValue {
  /// The whole number; `3.0` is one, as JavaScript does not tell them apart.
  public init?(state: StateValue) {
    switch state {
    case .integer(let value): self = value
    case .number(let value):
      guard let whole = Int(exactly: value) else { return nil }
      self = whole
    default: return nil
    }
  }

  public var state: StateValue { .integer(self) }
}

extension Double: TraitValue {
  public init?(state: StateValue) {
    switch state {
    case .integer(let value): self = Double(value)
    case .number(let value): self = value
    default: return nil
    }
  }

  public var state: StateValue { .number(self) }
}

extension String: TraitValue {
  public init?(state: StateValue) {
    guard case .string(let value) = state else { return nil }
    self = value
  }

  public var state: StateValue { .string(self) }
}

extension Optional: TraitValue where Wrapped: TraitValue {
  public init?(state: StateValue) {
    if case .null = state {
      self = .none
    } else {
      guard let value = Wrapped(state: state) else { return nil }
      self = value
    }
  }

  public var state: StateValue { self?.state ?? .null }
}

extension Array: TraitValue where Element: TraitValue {
  public init?(state: StateValue) {
    guard case .array(let values) = state else { return nil }
    self = values.compactMap { Element(state: $0) }
    guard count == values.count else { return nil }
  }

  public var state: StateValue { .array(map(\.state)) }
}

/// A range is a list of its two ends.
extension ClosedRange: TraitValue where Bound: TraitValue {
  public init?(state: StateValue) {
    guard let ends = [Bound](state: state), ends.count == 2, ends[0] <= ends[1] else { return nil }
    self = ends[0]...ends[1]
  }

  public var state: StateValue { .array([lowerBound.state, upperBound.state]) }
}

extension TraitValue where Self: RawRepresentable, RawValue == String {
  /// The case whose name the state holds.
  public init?(state: StateValue) {
    guard case .string(let name) = state else { return nil }
    self.init(rawValue: name)
  }

  /// The name of the case.
  public var state: StateValue { .string(rawValue) }
}
