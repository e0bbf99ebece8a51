/// Where the brackets, strings and comments of a text are, found without parsing it: in one pass,
/// whatever the text.
struct SourceScan {
  /// A bracket that is open at the end.
  struct Opening: Equatable {
    /// `(`, `[` or `{`.
    var bracket: UInt8
    /// Its place in bytes.
    var offset: Int
    /// The string that goes on behind it, if it is an interpolation's.
    fileprivate var string: Quote?
  }

  /// How a string is delimited.
  fileprivate struct Quote: Equatable {
    var pounds: Int
    var isMultiline: Bool
  }

  /// What a place is in.
  enum Region: Equatable { case code, string, lineComment, blockComment }

  /// The brackets that are open at the end, outermost first.
  private(set) var open: [Opening] = []
  /// The most brackets that are open at a time.
  private(set) var depth = 0
  /// What the end is in.
  private(set) var region = Region.code

  /// The place of the bracket that stands the deepest.
  private var deepestPlace = 0
  private var position = 0
  private var squares = 0
  private var squareDepth = 0

  /// Whether Swift's parser, which is recursive, can be given the text: the time that it needs
  /// doubles with each `[` within another, and its stack ends with some thousand brackets.
  var isShallow: Bool {
    depth <= Self.depthLimit && squareDepth <= Self.squareLimit && words.isShallow
  }

  /// The most brackets, and the most square ones, that a text may have within each other.
  static let depthLimit = 128
  static let squareLimit = 12
  private var words = WordScan()

  /// The line, counted from 1, of the bracket that stands the deepest.
  private(set) var deepestLine = 1

  /// Scans bytes of a text from its beginning.
  init(_ bytes: some RandomAccessCollection<UInt8>) {
    let bytes = Array(bytes)
    while position < bytes.count { step(bytes) }
    deepestLine += bytes.prefix(deepestPlace).count { $0 == UInt8(ascii: "\n") }
  }

  private mutating func step(_ bytes: [UInt8]) {
    switch bytes[position] {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      push(bytes[position], string: nil)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      let closed = open.popLast()
      if closed?.bracket == UInt8(ascii: "[") { squares -= 1 }
      position += 1
      if let quote = closed?.string { scanString(bytes, quote) }
    case UInt8(ascii: "/"): scanSlash(bytes)
    case UInt8(ascii: "\""), UInt8(ascii: "#"): openString(bytes)
    default:
      words.add(bytes[position])
      position += 1
    }
  }

  private mutating func push(_ bracket: UInt8, string: Quote?) {
    open.append(Opening(bracket: bracket, offset: position, string: string))
    if open.count > depth {
      depth = open.count
      deepestPlace = position
    }
    if bracket == UInt8(ascii: "[") {
      squares += 1
      squareDepth = max(squareDepth, squares)
    }
    position += 1
  }

  private mutating func scanSlash(_ bytes: [UInt8]) {
    position += 1
    guard position < bytes.count else { return }
    if bytes[position] == UInt8(ascii: "/") {
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      if position == bytes.count { region = .lineComment }
    } else if bytes[position] == UInt8(ascii: "*") {
      scanBlockComment(bytes)
    }
  }

  private mutating func scanBlockComment(_ bytes: [UInt8]) {
    var level = 1
    position += 1
    while position < bytes.count, level > 0 {
      if matches(bytes, "*/") {
        level -= 1
        position += 2
      } else if matches(bytes, "/*") {
        level += 1
        position += 2
      } else {
        position += 1
      }
    }
    if level > 0 { region = .blockComment }
  }

  private mutating func openString(_ bytes: [UInt8]) {
    var pounds = 0
    while position < bytes.count, bytes[position] == UInt8(ascii: "#") {
      pounds += 1
      position += 1
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return }
    let isMultiline = matches(bytes, "\"\"\"")
    position += isMultiline ? 3 : 1
    scanString(bytes, Quote(pounds: pounds, isMultiline: isMultiline))
  }

  /// Goes to the end of a string, or into its next interpolation.
  private mutating func scanString(_ bytes: [UInt8], _ quote: Quote) {
    let pounds = String(repeating: "#", count: quote.pounds)
    let end = (quote.isMultiline ? "\"\"\"" : "\"") + pounds
    while position < bytes.count {
      if matches(bytes, end) {
        position += end.utf8.count
        return
      }
      if !quote.isMultiline, bytes[position] == UInt8(ascii: "\n") { return }
      if matches(bytes, "\\\(pounds)") {
        position += 1 + quote.pounds
        guard position < bytes.count else { break }
        if bytes[position] == UInt8(ascii: "(") {
          push(bytes[position], string: quote)
          return
        }
      }
      position += 1
    }
    position = bytes.count
    region = .string
  }

  private func matches(_ bytes: [UInt8], _ text: String) -> Bool {
    var k = position
    for byte in text.utf8 {
      guard k < bytes.count, bytes[k] == byte else { return false }
      k += 1
    }
    return true
  }
}

/// Nesting that has no brackets: `try try try`, `if … else if …`, `A<A<A<`.
private struct WordScan {
  private var word: [UInt8] = []
  private var last: [UInt8] = []
  private var repeats = 0
  private var conditions = 0
  private var angles = 0
  private var isTooDeep = false

  private static let repeatLimit = 64
  private static let conditionLimit = 2000

  var isShallow: Bool { !isTooDeep }

  mutating func add(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      word.append(byte)
    default:
      if byte == UInt8(ascii: "<"), !word.isEmpty { angles += 1 }
      if byte <= UInt8(ascii: " ") || byte == UInt8(ascii: ">") { angles = 0 }
      endWord(isFollowedByBlank: byte <= UInt8(ascii: " "))
    }
  }

  private mutating func endWord(isFollowedByBlank: Bool) {
    guard !word.isEmpty else { return }
    repeats = isFollowedByBlank && word == last ? repeats + 1 : 0
    if word.elementsEqual("if".utf8) { conditions += 1 }
    last = word
    word.removeAll(keepingCapacity: true)
    isTooDeep =
      isTooDeep || max(repeats, angles) > Self.repeatLimit || conditions > Self.conditionLimit
  }
}
