/// A cell cut into the commands at its head and the Swift behind them.
///
/// Commands stand at the beginning of a cell, one on a line: `%time`, `!ls`, `name?`. Blank lines and
/// comments may stand between them; the first other line begins the Swift.
struct CommandCell {
  /// One command.
  enum Content: Hashable {
    /// `%name arguments`.
    case command(name: String, arguments: String)
    /// `!text`.
    case shell(String)
    /// `name?`, or `name??` for the source too.
    case question(String, detail: InspectionDetail)
  }

  /// One command and its line, counted from 1.
  struct Line: Hashable {
    var content: Content
    var number: Int
  }

  /// The commands, in order.
  private(set) var lines: [Line] = []
  /// The cell with blanks in the place of commands, so that lines and columns are the user's.
  private(set) var source: String

  /// Cuts a cell; `nil` if it does not begin with a command.
  ///
  /// - Parameter isName: Whether a word is a name of the notebook: `!ready` is then Swift's “not”.
  init?(_ code: String, isName: (String) -> Bool = { _ in false }) {
    source = ""
    // To Swift, a carriage return and a line feed are one character, which is not a line feed.
    let code = code.utf8.contains(13) ? code.withoutReturns : code
    var texts = code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for index in texts.indices {
      let text = texts[index].trimmed
      if text.isEmpty || text.hasPrefix("//") { continue }
      guard let content = Content(text, isName: isName) else { break }
      let (own, code) = content.separated
      lines.append(Line(content: own, number: index + 1))
      let length = texts[index].trimmedAtEnd.unicodeScalars.count
      let width = length - code.unicodeScalars.count
      let rest = texts[index].unicodeScalars.count - length
      texts[index] =
        String(repeating: " ", count: width) + code + String(repeating: " ", count: rest)
    }
    if lines.isEmpty { return nil }
    source = texts.joined(separator: "\n")
  }

  /// A cell's Swift, with blanks in the place of its commands.
  static func swift(of code: String) -> String { CommandCell(code)?.source ?? code }

  /// Whether there is anything but commands, blank lines and comments.
  var hasSwift: Bool {
    source.split(separator: "\n").contains {
      let text = String($0).trimmed
      return !text.isEmpty && !text.hasPrefix("//")
    }
  }
}

extension CommandCell.Content {
  /// Reads a line; `nil` if it is Swift.
  init?(_ text: String, isName: (String) -> Bool) {
    if text.hasPrefix("%") {
      let rest = text.drop { $0 == "%" }
      let name = rest.prefix { !$0.isWhitespace && $0 != "(" }
      self = .command(name: String(name), arguments: String(rest.dropFirst(name.count)).trimmed)
    } else if text.hasPrefix("!") {
      let rest = String(text.dropFirst())
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let isSwift = rest.isEmpty || rest.hasPrefix("(") || ["true", "false"].contains(word)
      guard !isSwift, !isName(String(word)) else { return nil }
      self = .shell(rest.trimmed)
    } else if let question = text.wholeMatch(of: #/\?{0,2}([\w.]+?(?:\([\w:]*\))?)(\?{0,2})/#),
      text.contains("?"), question.1.first?.isNumber == false
    {
      let marks = text.count { $0 == "?" }
      self = .question(String(question.1), detail: marks > 1 ? .source : .documentation)
    } else {
      return nil
    }
  }

  /// The command without Swift that stands on its line, and that Swift.
  fileprivate var separated: (Self, code: String) {
    guard case .command(let name, let arguments) = self,
      let command = Command.named(name), command.takesCode, !command.isOwn(arguments)
    else { return (self, "") }
    let first = arguments.prefix { !$0.isWhitespace }
    let count = command.takesCount && Int(first) != nil ? String(first) : ""
    let code = String(arguments.dropFirst(count.count)).trimmed
    return (.command(name: name, arguments: count), code)
  }
}

extension String {
  /// The text with line feeds alone.
  fileprivate var withoutReturns: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0 != "\r" }))
  }

  /// The text without blanks at its ends.
  var trimmed: String { String(trimmedAtEnd.drop(while: \.isWhitespace)) }

  fileprivate var trimmedAtEnd: String {
    String(reversed().drop(while: \.isWhitespace).reversed())
  }
}
