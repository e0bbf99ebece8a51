import Display

/// A control that offers a few values to choose from.
///
/// The values can be of any type; the user sees their descriptions.
public class Selection<Value>: Control<Value> {
  /// What can be chosen.
  public let options: [Value]
  /// How the user sees it.
  public let labels: [String]

  init(
    _ type: ModelType, style: WidgetStyle.Kind, _ description: String,
    _ options: [(label: String, value: Value)], index: Int?, _ state: [String: StateValue]
  ) {
    self.options = options.map(\.value)
    labels = options.map(\.label)
    let first = options.isEmpty ? nil : (index ?? 0).bounded(by: 0...(options.count - 1))
    let common: [String: StateValue] = ["_options_labels": labels.state, "index": first.state]
    super.init(
      type, style: style, description, key: "index", common.merging(state) { _, own in own })
  }

  /// The place of the chosen value among the options.
  public final var index: Int {
    get { trait("index") }
    set {
      precondition(
        options.indices.contains(newValue),
        "\(name) has \(options.count) options; there is no number \(newValue).")
      set(["index": .integer(newValue)])
    }
  }

  override var lack: String? {
    options.isEmpty ? "there is nothing to choose from: the list of options is empty" : nil
  }

  final override func value(of state: StateValue) -> Value {
    precondition(!options.isEmpty, "\(name) has no value: its list of options is empty.")
    return options[trait("index")]
  }

  final override func state(of value: Value) -> StateValue {
    let wanted = value as? any Hashable
    let index = options.indices.first {
      if let wanted, let option = options[$0] as? any Hashable {
        return AnyHashable(wanted) == AnyHashable(option)
      }
      return labels[$0] == Self.label(for: value)
    }
    guard let index else {
      preconditionFailure(
        "\(name) does not offer \(Self.label(for: value)); it offers "
          + labels.joined(separator: ", ") + ".")
    }
    return .integer(index)
  }

  final override func validated(
    _ state: StateValue, for key: String
  ) throws(WidgetError) -> StateValue {
    guard key == "index" else { return try super.validated(state, for: key) }
    guard let index = Int(state: state), options.indices.contains(index) else {
      throw .unexpectedValue(
        model: name, key: key, expected: "a number from 0 to \(options.count - 1)",
        got: state.serialized)
    }
    return .integer(index)
  }

  final override func text(of value: Value) -> String { labels[index] }

  /// The first line of what a value shows.
  static func label(for value: Value) -> String {
    let text = bundle(for: value).plainText
    let line = text.split(separator: "\n").first.map(String.init) ?? text
    return line.count > 60 ? line.prefix(59) + "…" : line
  }

  static func labelled(_ options: [Value]) -> [(label: String, value: Value)] {
    options.map { (label(for: $0), $0) }
  }

  static func labelled(
    _ options: KeyValuePairs<String, Value>
  ) -> [(label: String, value: Value)] {
    options.map { ($0.key, $0.value) }
  }
}
