/// Widgets of which one is seen at a time, under titles.
public class TitledBox: Box {
  /// The titles.
  @Trait("titles") public var titles: [String]
  /// Which of the widgets is seen; none if `nil`.
  @Trait("selected_index") public var selectedIndex: Int?

  init(_ name: String, _ pages: KeyValuePairs<String, Widget>, selected: Int?) {
    super.init(
      name, pages.map(\.value),
      ["titles": pages.map(\.key).state, "selected_index": selected.state])
  }

  /// Calls a function whenever another widget is seen.
  @discardableResult
  public final func onChange(_ body: @escaping (Int?) throws -> Void) -> Self {
    observe("selected_index") { [unowned self] in try body(selectedIndex) }
    return self
  }

  final override func validated(
    _ state: StateValue, for key: String
  ) throws(WidgetError) -> StateValue {
    guard key == "selected_index" else { return try super.validated(state, for: key) }
    guard let index = Int?(state: state), index.map(children.indices.contains) ?? true else {
      throw .unexpectedValue(
        model: name, key: key, expected: "a number from 0 to \(children.count - 1), or none",
        got: state.serialized)
    }
    return state
  }

  package override var plainText: String {
    zip(titles, children).map { "\($0)\n\($1.plainText)" }.joined(separator: "\n")
  }

  package override var staticHTML: String {
    zip(titles, children).map {
      "<div style=\"font-weight:600;margin-top:4px\">\(Markup.escaped($0))</div>\($1.staticHTML)"
    }.joined()
  }
}

/// Widgets under titles that open and close.
public final class Accordion: TitledBox {
  /// Widgets under their titles, all closed, or one open.
  public init(_ pages: KeyValuePairs<String, Widget> = [:], selected: Int? = nil) {
    super.init("Accordion", pages, selected: selected)
  }
}

/// Widgets behind tabs.
public final class Tab: TitledBox {
  /// Widgets behind tabs with their titles; the first is seen.
  public init(_ pages: KeyValuePairs<String, Widget> = [:]) {
    super.init("Tab", pages, selected: pages.isEmpty ? nil : 0)
  }
}
