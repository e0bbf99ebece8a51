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
    let found = compiler.complete(source(of: code), at: position)
    return Completion(
      items: found.suggestions.map { .init(text: $0.text, kind: $0.kind, signature: $0.signature) },
      range: found.range)
  }

  /// What is known about the name at a place in a cell, or `nil`; any thread, any time.
  public func inspect(_ code: String, at position: Int, detail: InspectionDetail) -> MIMEBundle? {
    compiler.inspect(source(of: code), at: position, withSource: detail == .source).map { found in
      var bundle = MIMEBundle(plain: found.plain)
      bundle.data["text/html"] = .text(found.html)
      return bundle
    }
  }

  /// The cell's Swift with blanks in the place of its commands, so that places are the user's.
  private func source(of code: String) -> String {
    guard code.contains(where: { "%!?".contains($0) }) else { return code }
    let names = Set(compiler.liveNames.map(\.name))
    // A line feed behind a carriage return would be taken from the text that positions are of.
    let code = code.replacing("\r\n", with: " \n")
    return CommandCell(code, isName: names.contains)?.source ?? code
  }

  /// Answers a kernel's questions about Swift text in a process of its own.
  ///
  /// - Parameter library: The path of the toolchain's `libsourcekitdInProc.so`.
  public static func answerQuestions(library: String) -> Never {
    InsightServer.run(library: library)
  }
}
