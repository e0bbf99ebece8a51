extension CellSession {
  /// The commands that may stand at a place; `nil` if that is not the name of a command.
  ///
  /// - Parameter position: The cursor, in Unicode scalars.
  static func completeCommand(_ code: String, at position: Int) -> Completion? {
    let position = min(max(position, 0), code.unicodeScalars.count)
    let before = String(String.UnicodeScalarView(code.unicodeScalars.prefix(position)))
    var lines = before.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let line = lines.popLast(), line.trimmed.hasPrefix("%"),
      line.trimmed.allSatisfy({ $0 == "%" || $0.isLetter })
    else { return nil }
    // All lines above are commands, blank, or remarks.
    lines.append("%")
    guard CommandCell(lines.joined(separator: "\n"))?.lines.last?.number == lines.count else {
      return nil
    }
    let typed = line.trimmed.drop { $0 == "%" }
    let items = Command.all.filter { $0.name.hasPrefix(typed) }.map {
      Completion.Item(text: "%\($0.name)", kind: "command", signature: $0.arguments)
    }
    let start = position - line.trimmed.unicodeScalars.count
    return Completion(items: items, range: start..<position)
  }
}
