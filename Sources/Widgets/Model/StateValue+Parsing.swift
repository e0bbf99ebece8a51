import JSONText

extension StateValue {
  /// Parses a whole JSON text, or gives `nil` where it is not JSON.
  package init?(parsing text: String) {
    guard let json = try? JSON(parsing: text) else { return nil }
    self.init(json)
  }

  private init(_ json: JSON) {
    self =
      switch json {
      case .null: .null
      case .bool(let value): .bool(value)
      case .integer(let value): .integer(value)
      case .number(let value): .number(value)
      case .string(let value): .string(value)
      case .array(let values): .array(values.map(StateValue.init))
      case .object(let members): .object(members.mapValues(StateValue.init))
      }
  }
}
