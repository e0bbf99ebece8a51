/// A JSON document, shown as a tree that can be unfolded.
///
/// ```swift
/// try JSONDocument("{\"exits\": [1, 2, 3]}")
/// ```
public struct JSONDocument: Displayable, Hashable, Sendable {
  /// The document.
  public let source: String

  /// A document.
  ///
  /// - Throws: ``JSONDocumentError`` if the text is not JSON (RFC 8259).
  public init(_ source: String) throws(JSONDocumentError) {
    try JSONCheck.check(source)
    self.source = source
  }

  /// The tree; the document as it stands, for terminals.
  public var display: MIMEBundle { MIMEBundle(plain: source, ["application/json": .json(source)]) }
}

/// Where a text departs from JSON.
public struct JSONDocumentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line and the column, counted from 1; columns in bytes.
  public let line: Int, column: Int
  /// What should stand there.
  public let expected: String

  /// One sentence.
  public var description: String {
    "This is not JSON: line \(line), column \(column) should hold \(expected)."
  }
}

/// Reads a JSON document without keeping it.
struct JSONCheck {
  private struct Failure: Error {
    var expected: String
  }

  private static let deepest = 512
  private let bytes: [UInt8]
  private var position = 0

  /// Throws unless the text is one JSON value.
  static func check(_ text: String) throws(JSONDocumentError) {
    var check = JSONCheck(bytes: Array(text.utf8))
    do throws(Failure) {
      try check.value(depth: 0)
      check.skipBlanks()
      guard check.position == check.bytes.count else { throw Failure(expected: "nothing more") }
    } catch {
      let before = check.bytes[..<check.position].split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      throw JSONDocumentError(
        line: before.count, column: (before.last?.count ?? 0) + 1, expected: error.expected)
    }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let next, [0x20, 0x09, 0x0A, 0x0D].contains(next) { position += 1 }
  }

  private mutating func takes(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Failure) {
    guard depth < Self.deepest else { throw Failure(expected: "less deeply nested values") }
    skipBlanks()
    if takes("{") {
      try members(until: "}") { check throws(Failure) in
        try check.string()
        check.skipBlanks()
        guard check.takes(":") else { throw Failure(expected: "a colon") }
        try check.value(depth: depth + 1)
      }
    } else if takes("[") {
      try members(until: "]") { check throws(Failure) in try check.value(depth: depth + 1) }
    } else if next == UInt8(ascii: "\"") {
      try string()
    } else if let word = ["true", "false", "null"].first(where: starts) {
      position += word.utf8.count
    } else {
      try number()
    }
  }

  private mutating func members(
    until end: Unicode.Scalar, _ member: (inout JSONCheck) throws(Failure) -> Void
  ) throws(Failure) {
    skipBlanks()
    if takes(end) { return }
    repeat {
      skipBlanks()
      try member(&self)
      skipBlanks()
    } while takes(",")
    guard takes(end) else { throw Failure(expected: "a comma or \(end)") }
  }

  private mutating func string() throws(Failure) {
    guard takes("\"") else { throw Failure(expected: "a string in double quotes") }
    while let byte = next {
      if takes("\"") { return }
      guard byte >= 0x20 else { throw Failure(expected: "an escaped control character") }
      position += 1
      if byte == UInt8(ascii: "\\") { try escape() }
    }
    throw Failure(expected: "the end of the string")
  }

  private mutating func escape() throws(Failure) {
    guard let byte = next, Array("\"\\/bfnrtu".utf8).contains(byte) else {
      throw Failure(expected: "an escape such as \\n")
    }
    position += 1
    guard byte == UInt8(ascii: "u") else { return }
    for _ in 0..<4 {
      guard let byte = next, Character(Unicode.Scalar(byte)).isHexDigit else {
        throw Failure(expected: "four hexadecimal digits")
      }
      position += 1
    }
  }

  private mutating func number() throws(Failure) {
    _ = takes("-")
    if !takes("0") { try digits("a value") }
    if takes(".") { try digits("a digit") }
    if takes("e") || takes("E") {
      if !takes("+") { _ = takes("-") }
      try digits("a digit")
    }
  }

  private mutating func digits(_ expected: String) throws(Failure) {
    let start = position
    while let next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { position += 1 }
    if position == start { throw Failure(expected: expected) }
  }

  private func starts(with word: String) -> Bool { bytes[position...].starts(with: word.utf8) }
}
