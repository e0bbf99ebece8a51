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
    let found = compiler.complete(Self.swift(of: code), at: position)
    return Completion(
      items: found.suggestions.map { .init(text: $0.text, kind: $0.kind, signature: $0.signature) },
      range: found.range)
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
