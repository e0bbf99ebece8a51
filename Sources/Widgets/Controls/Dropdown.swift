/// A list that opens to choose from.
public final class Dropdown<Value>: Selection<Value> {
  /// A list of values, or with `index`, one where another than the first is chosen.
  public convenience init(_ description: String = "", _ options: [Value], index: Int = 0) {
    self.init(description, pairs: Self.labelled(options), index: index)
  }

  /// A list of values under names of their own.
  public convenience init(
    _ description: String = "", _ options: KeyValuePairs<String, Value>, index: Int = 0
  ) {
    self.init(description, pairs: Self.labelled(options), index: index)
  }

  private init(_ description: String, pairs: [(label: String, value: Value)], index: Int) {
    super.init(
      ModelType("Dropdown"), style: .description, description, pairs, index: index, [:])
  }
}

/// Values that all stand there, one of them marked.
public final class RadioButtons<Value>: Selection<Value> {
  /// Along which direction they stand.
  @Trait("orientation") public var orientation: Orientation

  /// A choice of values, or with `index`, one where another than the first is chosen.
  public convenience init(_ description: String = "", _ options: [Value], index: Int = 0) {
    self.init(description, pairs: Self.labelled(options), index: index)
  }

  /// A choice of values under names of their own.
  public convenience init(
    _ description: String = "", _ options: KeyValuePairs<String, Value>, index: Int = 0
  ) {
    self.init(description, pairs: Self.labelled(options), index: index)
  }

  private init(_ description: String, pairs: [(label: String, value: Value)], index: Int) {
    super.init(
      ModelType("RadioButtons"), style: .description, description, pairs, index: index,
      ["orientation": "vertical"])
  }
}

/// A row of buttons, one of them pressed.
public final class ToggleButtons<Value>: Selection<Value> {
  /// How much the buttons are to be noticed.
  @Trait("button_style") public var buttonStyle: Emphasis
  /// What the pointer is told when it rests on each button.
  @Trait("tooltips") public var tooltips: [String]
  /// Names of Font Awesome icons, one for each button.
  @Trait("icons") public var icons: [String]

  /// A choice of values, or with `index`, one where another than the first is chosen.
  public convenience init(_ description: String = "", _ options: [Value], index: Int = 0) {
    self.init(description, pairs: Self.labelled(options), index: index)
  }

  /// A choice of values under names of their own.
  public convenience init(
    _ description: String = "", _ options: KeyValuePairs<String, Value>, index: Int = 0
  ) {
    self.init(description, pairs: Self.labelled(options), index: index)
  }

  private init(_ description: String, pairs: [(label: String, value: Value)], index: Int) {
    super.init(
      ModelType("ToggleButtons"), style: .toggleButtons, description, pairs, index: index,
      ["button_style": "", "icons": [], "tooltips": []])
  }
}
