/// As much of JSON as a safetensors header needs; objects keep their order.
enum JSON {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// The field of an object.
  subscript(_ key: String) -> JSON? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.0 == key }?.1
  }

  /// The text, if this is one.
  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The numbers, if this is an array of integers.
  var integers: [Int]? {
    guard case .array(let values) = self else { return nil }
    let integers = values.compactMap { value -> Int? in
      if case .integer(let integer) = value { integer } else { nil }
    }
    return integers.count == values.count ? integers : nil
  }
}

extension JSON {
  /// The text on one line, without spaces.
  var serialized: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): Self.quoted(text)
    case .array(let values): "[\(values.map(\.serialized).joined(separator: ","))]"
    case .object(let fields):
      "{\(fields.map { "\(Self.quoted($0)):\($1.serialized)" }.joined(separator: ","))}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
