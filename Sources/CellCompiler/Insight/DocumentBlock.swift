/// A part of a doc comment's Markdown.
indirect enum DocumentBlock: Equatable {
  case paragraph(String)
  case heading(String)
  case code(String)
  /// Lines of a list, each with its level from 0.
  case list([(level: Int, text: String)])
  /// A remark of ours.
  case note(String)

  static func == (a: Self, b: Self) -> Bool { a.html == b.html }

  /// The blocks of a comment.
  static func parse(_ comment: String) -> [DocumentBlock] {
    var parser = DocumentParser()
    for line in comment.split(separator: "\n", omittingEmptySubsequences: false) {
      parser.add(String(line))
    }
    return parser.finish()
  }
}

private struct DocumentParser {
  private var blocks: [DocumentBlock] = []
  private var paragraph: [String] = []
  private var items: [(level: Int, text: String)] = []
  private var code: [String] = []
  private var isFenced = false

  mutating func add(_ line: String) {
    let text = line.drop { $0 == " " }
    let indent = line.count - text.count
    if text.hasPrefix("```") {
      if !isFenced { endAll() } else { endCode() }
      isFenced.toggle()
    } else if isFenced {
      code.append(line)
    } else if text.isEmpty {
      if code.isEmpty { endParagraph() } else { code.append("") }
    } else if let item = Self.item(text) {
      endParagraph()
      endCode()
      items.append((indent / 2, item))
    } else if !items.isEmpty, indent > 0 {
      items[items.count - 1].text += " " + text
    } else if indent >= 4, paragraph.isEmpty {
      endList()
      code.append(String(line.dropFirst(4)))
    } else if text.hasPrefix("#") {
      endAll()
      blocks.append(.heading(String(text.drop { $0 == "#" || $0 == " " })))
    } else {
      endList()
      endCode()
      paragraph.append(String(text))
    }
  }

  mutating func finish() -> [DocumentBlock] {
    endAll()
    return blocks
  }

  private static func item(_ text: Substring) -> String? {
    for sign in ["- ", "* ", "+ "] where text.hasPrefix(sign) { return String(text.dropFirst(2)) }
    return nil
  }

  private mutating func endAll() {
    endParagraph()
    endList()
    endCode()
  }

  private mutating func endParagraph() {
    if !paragraph.isEmpty { blocks.append(.paragraph(paragraph.joined(separator: " "))) }
    paragraph = []
  }

  private mutating func endList() {
    if !items.isEmpty { blocks.append(.list(items)) }
    items = []
  }

  private mutating func endCode() {
    while code.last?.isEmpty == true { code.removeLast() }
    if !code.isEmpty { blocks.append(.code(code.joined(separator: "\n"))) }
    code = []
  }
}

// MARK: Text

extension DocumentBlock {
  /// The block for a terminal.
  var plain: String {
    switch self {
    case .paragraph(let text), .heading(let text): text.withoutMarks
    case .note(let text): text
    case .code(let text): text
    case .list(let items):
      items.map { String(repeating: "  ", count: $0.level) + "- " + $0.text.withoutMarks }
        .joined(separator: "\n")
    }
  }
}

extension String {
  /// The text without the marks of Markdown within a line.
  fileprivate var withoutMarks: String {
    replacing(#/`+([^`]+)`+/#) { String($0.1) }.replacing(#/\*\*([^*]+)\*\*/#) { String($0.1) }
      .replacing(#/\[([^\]]+)\]\(([^)\s]+)\)/#) { "\($0.1) (\($0.2))" }
  }
}

// MARK: HTML

extension DocumentBlock {
  /// The block as HTML.
  var html: String {
    switch self {
    case .paragraph(let text): "<p>\(text.inlineHTML)</p>"
    case .heading(let text): "<h4>\(text.inlineHTML)</h4>"
    case .note(let text):
      text.isEmpty ? "" : "<p><small style=\"opacity:.7\">\(text.escaped)</small></p>"
    case .code(let text): "<pre><code>\(text.escaped)</code></pre>"
    case .list(let items): Self.html(of: items[...], level: 0)
    }
  }

  private static func html(of items: ArraySlice<(level: Int, text: String)>, level: Int) -> String {
    var result = "<ul>"
    var rest = items
    while let item = rest.popFirst() {
      let inner = rest.prefix { $0.level > item.level }
      rest = rest.dropFirst(inner.count)
      let nested = inner.isEmpty ? "" : html(of: inner, level: level + 1)
      result += "<li>\(item.text.inlineHTML)\(nested)</li>"
    }
    return result + "</ul>"
  }
}

extension String {
  /// The text where HTML takes signs for marks.
  fileprivate var escaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// A line of Markdown as HTML.
  fileprivate var inlineHTML: String {
    escaped.replacing(#/`+([^`]+)`+/#) { "<code>\($0.1)</code>" }
      .replacing(#/\*\*([^*]+)\*\*/#) { "<b>\($0.1)</b>" }
      .replacing(#/\[([^\]]+)\]\((https?:[^)\s]+)\)/#) { "<a href=\"\($0.2)\">\($0.1)</a>" }
      .replacing(#/^(Parameters?\b[^:]*|Returns|Throws|Note|Important|Warning):/#) {
        "<b>\($0.1):</b>"
      }
  }
}
