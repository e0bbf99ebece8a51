/// A property of a widget that its views show: setting it changes them at once.
///
/// ```swift
/// @Trait("bar_style") public var barStyle: Emphasis
/// ```
@propertyWrapper public struct Trait<Value: TraitValue> {
  private let key: String

  /// A property that stands in the widget's state under a key.
  public init(_ key: String) { self.key = key }

  /// Not for use: the value is the widget's.
  @available(*, unavailable, message: "A trait is a property of a widget.")
  public var wrappedValue: Value {
    get { preconditionFailure("A trait is a property of a widget.") }
    set { preconditionFailure("A trait is a property of a widget.") }
  }

  /// The value in the widget's state.
  public static subscript<Owner: WidgetModel>(
    _enclosingInstance owner: Owner, wrapped value: ReferenceWritableKeyPath<Owner, Value>,
    storage trait: ReferenceWritableKeyPath<Owner, Trait>
  ) -> Value {
    get { owner.trait(owner[keyPath: trait].key) }
    set { owner.set([owner[keyPath: trait].key: newValue.state]) }
  }
}
