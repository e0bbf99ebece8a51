import JSONText

extension StateValue {
  /// The value as JSON on one line; the members of objects are in alphabetical order.
  ///
  /// A number that JSON cannot say (not a number, infinite) is `null`.
  package var serialized: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): text += JSON.string(value).description
    case .json(let document): text += document
    case .array(let values):
      text += "["
      for (k, value) in values.enumerated() {
        if k > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (k, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if k > 0 { text += "," }
        text += JSON.string(member.key).description
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }
}
