/// Where a name begins, in bytes, and where its arguments do if it was found by its call.
struct NamePlace {
  var name: Int
  var arguments: Int?
}

/// A cell's text and the cursor in it, as completion and inspection see them.
struct CursorContext {
  /// The text with its commands blanked, of the same length in bytes.
  let text: String
  private let bytes: [UInt8]
  /// The cursor, in bytes.
  let cursor: Int
  /// The name that the cursor stands in or behind, in bytes; empty if there is none.
  let name: Range<Int>
  /// What the cursor is in.
  let region: SourceScan.Region
  private let openings: [SourceScan.Opening]

  /// - Parameter position: The cursor in Unicode scalars; one outside of the text stands at its end.
  init?(_ code: String, position: Int) {
    let scalars = code.unicodeScalars
    let index =
      scalars.index(scalars.startIndex, offsetBy: max(position, 0), limitedBy: scalars.endIndex)
      ?? scalars.endIndex
    cursor = code.utf8.distance(from: code.startIndex, to: index)
    let before = scalars[..<index].reversed().prefix { $0.isIdentifierPart }
    let after = scalars[index...].prefix { $0.isIdentifierPart }
    name =
      cursor - before.reduce(0) { $0 + $1.utf8.count }..<cursor
      + after.reduce(0) { $0 + $1.utf8.count }
    text = code.withoutCommands
    bytes = Array(text.utf8)
    guard SourceScan(bytes).isShallow else { return nil }
    let scan = SourceScan(bytes[..<cursor])
    region = scan.region
    openings = scan.open
  }

  /// What has been typed of the name before the cursor.
  var prefix: String {
    String(decoding: bytes[name.lowerBound..<cursor], as: UTF8.self)
  }

  /// The part of the name before the cursor, in Unicode scalars of the whole text.
  var replaced: Range<Int> {
    let start = String(decoding: bytes[..<name.lowerBound], as: UTF8.self).unicodeScalars.count
    return start..<(start + prefix.unicodeScalars.count)
  }

  /// The places of names that the user may mean, best first: the name at the cursor, then the
  /// function in whose call the cursor is.
  var namePlaces: [NamePlace] {
    let own = name.isEmpty ? [] : [NamePlace(name: name.lowerBound, arguments: nil)]
    let calls = openings.reversed().prefix(2).compactMap { opening in
      callee(opening).map { NamePlace(name: $0, arguments: opening.offset + 1) }
    }
    return own + calls
  }

  /// The beginning of the name before an opening parenthesis or brace.
  private func callee(_ opening: SourceScan.Opening) -> Int? {
    guard opening.bracket != UInt8(ascii: "[") else { return nil }
    let before = String(decoding: bytes[..<opening.offset], as: UTF8.self).unicodeScalars
    let trimmed = before.reversed().drop { $0 == " " }
    let name = trimmed.prefix { $0.isIdentifierPart }
    guard !name.isEmpty else { return nil }
    let end = opening.offset - (before.count - trimmed.count)
    return end - name.reduce(0) { $0 + $1.utf8.count }
  }
}

extension Unicode.Scalar {
  /// The bytes of the scalar in UTF-8.
  fileprivate var utf8: Unicode.UTF8.EncodedScalar { Unicode.UTF8.encode(self) ?? .init() }
}

extension String {
  /// The text with blanks in the place of `%command` at the beginning of a line.
  var withoutCommands: String {
    guard utf8.contains(UInt8(ascii: "%")) else { return self }
    var result = Array(utf8)
    var isLineStart = true
    var k = 0
    while k < result.count {
      if isLineStart, result[k] == UInt8(ascii: "%"), Self.startsCommand(result[(k + 1)...]) {
        while k < result.count, result[k] > UInt8(ascii: " ") {
          result[k] = UInt8(ascii: " ")
          k += 1
        }
      }
      guard k < result.count else { break }
      isLineStart = result[k] == UInt8(ascii: "\n") || (isLineStart && result[k] <= 0x20)
      k += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func startsCommand(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.first.map { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") } ?? false
  }
}
