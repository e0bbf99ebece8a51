import Synchronization

extension CellCompiler {
  /// The most suggestions for one place.
  private static let suggestionLimit = 500

  /// The process that answers questions about text, while there is one.
  package var insightProcess: Int32? { helper.processID }

  /// The number of earlier cells that the compiler would be shown with a cell.
  package func importedCells(by cell: ParsedCell) -> Int {
    scope.imports(for: cell.definitions, words: cell.words).modules.count
  }

  /// What may stand at a place in a text that would be the next cell; any thread, any time.
  ///
  /// - Parameters:
  ///   - code: The text.
  ///   - position: The cursor, in Unicode scalars.
  /// - Returns: The suggestions, best first, and what they replace, in Unicode scalars.
  package func complete(
    _ code: String, at position: Int
  ) -> (suggestions: [Suggestion], range: Range<Int>) {
    guard let context = CursorContext(code, position: position) else {
      return ([], position..<position)
    }
    guard context.region == .code, context.prefix.first?.isNumber != true else {
      return ([], context.replaced)
    }
    let known = insightScope.withLock { $0 }
    let answer = ask(context, at: context.name.lowerBound, known) {
      .complete($0, prefix: context.prefix, limit: Self.suggestionLimit)
    }
    return (answer.rows(of: 3).map { Suggestion(fields: $0) }, context.replaced)
  }

  /// What is known about the name at a place in a text that would be the next cell; any thread, any
  /// time.
  package func inspect(
    _ code: String, at position: Int, withSource: Bool
  ) -> Inspection? {
    guard let context = CursorContext(code, position: position),
      context.region == .code || context.region == .string
    else { return nil }
    let known = insightScope.withLock { $0 }
    for place in context.namePlaces {
      let answer = ask(context, at: place.name, known) { .inspect($0) }
      let found = answer.rows(of: NameDescription.fieldCount).map { NameDescription(fields: $0) }
      guard let subject = found.first else { continue }
      var initializers = found.dropFirst().filter(\.isInitializer)
      if initializers.isEmpty, subject.isType, let arguments = place.arguments {
        initializers = self.initializers(context, at: arguments, known)
      }
      return Inspection(
        subject, initializers: initializers, known: known, code: context.text,
        withSource: withSource)
    }
    return nil
  }

  /// The initializers that a call may mean whose arguments are not yet there.
  private func initializers(
    _ context: CursorContext, at offset: Int, _ known: InsightScope
  ) -> [NameDescription] {
    let answer = ask(context, at: offset, known) { .complete($0, prefix: "", limit: 20) }
    return answer.rows(of: 3).map { Suggestion(fields: $0) }.filter { $0.signature.hasPrefix("(") }
      .map { suggestion in
        let parameters = suggestion.signature.split(separator: " -> ").dropLast()
        return NameDescription(initializer: "init" + parameters.joined(separator: " -> "))
      }
  }

  /// The names, without arguments, that may stand at a byte of a text and begin with `prefix`.
  func names(in code: String, at offset: Int, prefix: String) -> [String] {
    let position = String(decoding: Array(code.utf8.prefix(offset)), as: UTF8.self)
      .unicodeScalars.count
    guard let context = CursorContext(code, position: position) else { return [] }
    let answer = ask(context, at: offset, insightScope.withLock { $0 }) {
      .complete($0, prefix: prefix, limit: Self.suggestionLimit)
    }
    return answer.rows(of: 3).map { row in
      String((row.first ?? "").prefix { $0 != "(" && $0 != ":" })
    }
  }

  private func ask(
    _ context: CursorContext, at offset: Int, _ known: InsightScope,
    _ question: (InsightSource) -> InsightQuestion
  ) -> [String] {
    guard let toolchain = try? insightToolchain.get() else { return [] }
    let prologue = known.prologue
    let source = InsightSource(
      file: "/NextCell.swift", text: prologue + context.text,
      offset: prologue.utf8.count + offset, arguments: known.arguments(toolchain))
    return helper.ask(question(source), library: toolchain.sourceKit) ?? []
  }
}

extension [String] {
  /// The elements in rows of the same length.
  fileprivate func rows(of length: Int) -> [ArraySlice<String>] {
    stride(from: 0, to: count - count % length, by: length).map { self[$0..<($0 + length)] }
  }
}

extension Suggestion {
  fileprivate init(fields: ArraySlice<String>) {
    let fields = Array(fields)
    self.init(text: fields[0], kind: fields[1], signature: fields[2])
  }
}
