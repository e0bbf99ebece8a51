import JSONText

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
    do { _ = try JSON(parsing: source) } catch { throw JSONDocumentError(error, in: source) }
    self.source = source
  }

  /// The tree; the document as it stands, for terminals.
  public var display: MIMEBundle { MIMEBundle(plain: source, ["application/json": .json(source)]) }
}

/// Where a text departs from JSON.
public struct JSONDocumentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line and the column, counted from 1; columns in bytes.
  public let line: Int, column: Int
  /// What stands there, or should.
  public let reason: String

  init(_ error: JSONError, in text: String) {
    let before = text.utf8.prefix(error.offset).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    line = before.count
    column = (before.last?.count ?? 0) + 1
    reason = error.reason
  }

  /// One sentence.
  public var description: String {
    "This is not JSON: line \(line), column \(column): \(reason)."
  }
}
