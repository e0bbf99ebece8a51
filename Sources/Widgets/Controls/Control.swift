import Display

/// A widget whose value the user can change.
///
/// ```swift
/// let threshold = FloatSlider("threshold", 0...1)
/// threshold.onChange { print("now \($0)") }
/// threshold
/// ```
public class Control<Value>: DescribedWidget {
  /// Whether the user cannot change it.
  @Trait("disabled") public var disabled: Bool
  /// The part of the state that holds the value.
  let key: String

  init(
    _ type: ModelType, style: WidgetStyle.Kind, _ description: String, key: String = "value",
    _ state: [String: StateValue]
  ) {
    self.key = key
    let common: [String: StateValue] = ["disabled": false]
    super.init(type, style: style, description, common.merging(state) { _, own in own })
  }

  /// The value; setting it moves the control.
  public final var value: Value {
    get { value(of: held(key)) }
    set { set([key: state(of: newValue)]) }
  }

  /// Calls a function with the new value whenever it changes, by the user or by a cell.
  ///
  /// What the function prints goes where the front end shows what belongs to no cell; capture it in
  /// an ``Output`` to see it in the notebook.
  ///
  /// - Returns: The control.
  @discardableResult
  public final func onChange(_ body: @escaping (Value) throws -> Void) -> Self {
    observe(key) { [unowned self] in try body(value) }
    return self
  }

  /// The value that a valid state means.
  func value(of state: StateValue) -> Value {
    preconditionFailure("\(Swift.type(of: self)) has to say what its state means.")
  }

  /// The state that means a value.
  func state(of value: Value) -> StateValue {
    preconditionFailure("\(Swift.type(of: self)) has to say how it holds a value.")
  }

  /// The value for a reader.
  func text(of value: Value) -> String { bundle(for: value).plainText }

  final override func whenChanged(_ body: @escaping () throws -> Void) { observe(key, body) }

  package override var plainText: String { line(lack ?? text(of: value)) }

  package override var staticHTML: String {
    Markup.row(description, Markup.field(lack ?? text(of: value)))
  }
}

/// A control whose value stands in its state as it is.
public class ScalarControl<Value: TraitValue & Sendable>: Control<Value> {
  /// The nearest value that the control can have.
  func corrected(_ value: Value) -> Value { value }

  final override func value(of state: StateValue) -> Value { trait(key) }

  final override func state(of value: Value) -> StateValue { corrected(value).state }

  final override func validated(
    _ state: StateValue, for key: String
  ) throws(WidgetError) -> StateValue {
    guard key == self.key else { return try super.validated(state, for: key) }
    guard let value = Value(state: state) else {
      throw .unexpectedValue(model: name, key: key, expected: expectation, got: state.kind)
    }
    return corrected(value).state
  }

  private var expectation: String { held(key).kind }
}
