import CellCompiler
public import Display

extension CellSession {
  /// What may stand at a place in a cell; any thread, any time.
  ///
  /// - Parameters:
  ///   - code: The cell's text.
  ///   - position: The cursor, in Unicode scalars.
  public func complete(_ code: String, at position: Int) -> Completion {
    if let commands = Self.completeCommand(code, at: position) { return commands }
    let found = compiler.complete(code, at: position)
    return Completion(
      items: found.suggestions.map { .init(text: $0.text, kind: $0.kind, signature: $0.signature) },
      range: found.range)
  }

  /// The commands that may stand at a place at the head of a cell; `nil` if no command is there.
  private static func completeCommand(_ code: String, at position: Int) -> Completion? {
    let before = code.unicodeScalars.prefix(max(position, 0))
    let line = before.reversed().prefix { $0 != "\n" }
    guard
      let typed = String(String.UnicodeScalarView(line.reversed())).wholeMatch(of: #/%([a-z]*)/#)
    else { return nil }
    let items = commands.filter { $0.name.hasPrefix(typed.1) }.map {
      Completion.Item(text: $0.name, kind: "command", signature: $0.summary)
    }
    return Completion(items: items, range: before.count - typed.1.count..<before.count)
  }

  /// What is known about the name at a place in a cell, or `nil`; any thread, any time.
  public func inspect(_ code: String, at position: Int, detail: InspectionDetail) -> MIMEBundle? {
    compiler.inspect(code, at: position, withSource: detail == .source).map { found in
      var bundle = MIMEBundle(plain: found.plain)
      bundle.data["text/html"] = .text(found.html)
      return bundle
    }
  }

  /// Answers a kernel's questions about Swift text in a process of its own.
  ///
  /// - Parameter library: The path of the toolchain's `libsourcekitdInProc.so`.
  public static func answerQuestions(library: String) -> Never {
    InsightServer.run(library: library)
  }
}
