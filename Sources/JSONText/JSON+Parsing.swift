/// Why a piece of text is not JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found and what was expected.
  public let reason: String
  /// Where, counted in bytes from the start of the text.
  public let offset: Int

  /// One sentence.
  public var description: String { "not valid JSON at byte \(offset): \(reason)" }
}

extension JSON {
  /// How deeply arrays and objects may be nested.
  public static let maximumDepth = 256

  /// Parses one JSON document from its UTF-8 bytes.
  ///
  /// - Throws: `JSONError` with the offset of the first byte that does not fit.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }

  /// Parses one JSON document.
  ///
  /// - Throws: `JSONError` with the offset of the first byte that does not fit.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}

/// Recursive descent over the bytes of a document.
private struct JSONParser {
  let bytes: [UInt8]
  var position = 0

  mutating func document() throws(JSONError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw fail("expected the end of the text") }
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    guard depth < JSON.maximumDepth else {
      throw fail("nested more than \(JSON.maximumDepth) levels deep")
    }
    skipSpace()
    guard position < bytes.count else { throw fail("expected a value, got the end of the text") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSON {
    position += 1
    var members: [String: JSON] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw fail("expected a key in quotes")
      }
      let key = try string()
      skipSpace()
      guard take(":") else { throw fail("expected `:` after a key") }
      members[key] = try value(depth: depth + 1)
      skipSpace()
    } while take(",")
    guard take("}") else { throw fail("expected `,` or `}` in an object") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSON {
    position += 1
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw fail("expected `,` or `]` in an array") }
    return .array(elements)
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let end = position + word.utf8CodeUnitCount
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard end <= bytes.count, bytes[position..<end].elementsEqual(expected) else {
      throw fail("expected a value")
    }
    position = end
    return value
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    _ = take("-")
    let leadingZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !(leadingZero && whole > 1) else { throw fail("expected a value") }
    var isInteger = true
    if take(".") {
      isInteger = false
      guard digits() > 0 else { throw fail("expected digits after the decimal point") }
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      guard digits() > 0 else { throw fail("expected digits in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw fail("a number out of range") }
    return .number(value)
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      position += 1
    }
    return position - start
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] >= 0x20 {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        defer { position += 1 }
        return try text(bytes[start..<position], from: start)
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      default: position += 1
      }
    }
    throw fail(position < bytes.count ? "a control character in a string" : "an unfinished string")
  }

  /// The rest of a string that has escapes; `start` is its first byte.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count, bytes[position] >= 0x20 {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(unescaped[...], from: start)
      case UInt8(ascii: "\\"): try appendEscape(to: &unescaped)
      default: unescaped.append(byte)
      }
    }
    throw fail(position < bytes.count ? "a control character in a string" : "an unfinished string")
  }

  private mutating func appendEscape(to unescaped: inout [UInt8]) throws(JSONError) {
    guard position < bytes.count else { throw fail("an unfinished string") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"): unescaped.append(contentsOf: String(try escapedScalar()).utf8)
    default: throw fail("an unknown escape in a string")
    }
  }

  /// The scalar behind the escape sign.
  ///
  /// Half a surrogate pair, which JavaScript can send, becomes U+FFFD.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try codeUnit()
    guard UTF16.isLeadSurrogate(first), position + 1 < bytes.count,
      bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
    else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
    let resume = position
    position += 2
    let second = try codeUnit()
    guard UTF16.isTrailSurrogate(second) else {
      position = resume
      return "\u{FFFD}"
    }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw fail("expected four hexadecimal digits after `\\u`") }
    position += 4
    return unit
  }

  private func text(_ bytes: ArraySlice<UInt8>, from start: Int) throws(JSONError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JSONError(reason: "a string that is not UTF-8", offset: start)
    }
    return text
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func fail(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }
}
