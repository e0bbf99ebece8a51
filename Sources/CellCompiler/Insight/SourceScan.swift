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

  private var position = 0

  /// Scans bytes of a text from its beginning.
  init(_ bytes: some RandomAccessCollection<UInt8>) {
    let bytes = Array(bytes)
    while position < bytes.count { step(bytes) }
  }

  private mutating func step(_ bytes: [UInt8]) {
    switch bytes[position] {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      push(bytes[position], string: nil)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      let closed = open.popLast()
      position += 1
      if let quote = closed?.string { scanString(bytes, quote) }
    case UInt8(ascii: "/"): scanSlash(bytes)
    case UInt8(ascii: "\""), UInt8(ascii: "#"): openString(bytes)
    default: position += 1
    }
  }

  private mutating func push(_ bracket: UInt8, string: Quote?) {
    open.append(Opening(bracket: bracket, offset: position, string: string))
    depth = max(depth, open.count)
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
