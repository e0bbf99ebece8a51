/// Why a front end's message to a widget cannot be followed.
public enum WidgetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The value is of the wrong kind.
  case unexpectedValue(model: String, key: String, expected: String, got: String)
  /// Views do not change this part of the state.
  case fixed(model: String, key: String)
  /// The message asks for something that widgets do not do.
  case unknownMethod(model: String, method: String)

  /// One sentence.
  public var description: String {
    switch self {
    case .unexpectedValue(let model, let key, let expected, let got):
      "The front end set \"\(key)\" of \(model) to \(got); expected \(expected). The old value stays."
    case .fixed(let model, let key):
      "The front end set \"\(key)\" of \(model), which only a cell can change; it stays as it was."
    case .unknownMethod(let model, let method):
      "The front end sent \(model) the message \"\(method)\"; expected \"update\", "
        + "\"request_state\" or \"custom\". It was not followed."
    }
  }
}
