/// A value in the state of a widget's model, as JSON carries it to the front end.
public enum StateValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([StateValue])
  case object([String: StateValue])
  /// A JSON document that is serialised already.
  case json(String)
}

extension StateValue {
  /// The member of an object.
  package subscript(_ key: String) -> StateValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The text, if this is one.
  package var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value with every whole number as an integer: JavaScript does not tell `1` from `1.0`.
  var asSent: StateValue {
    switch self {
    case .number(let value): Int(exactly: value).map { .integer($0) } ?? self
    case .array(let values): .array(values.map(\.asSent))
    default: self
    }
  }

  /// What kind of value this is, for a sentence.
  var kind: String {
    switch self {
    case .null: "nothing"
    case .bool: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object, .json: "an object"
    }
  }
}

extension StateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(arrayLiteral elements: StateValue...) { self = .array(elements) }
  public init(nilLiteral: ()) { self = .null }

  public init(dictionaryLiteral elements: (String, StateValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}
