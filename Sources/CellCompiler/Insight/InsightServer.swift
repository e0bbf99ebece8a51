import Glibc

/// The process that answers questions about Swift text with the toolchain's sourcekitd.
///
/// sourcekitd takes two hundred megabytes once it has seen a cell, and a text that its authors have
/// not thought of can end its process; so that process is not the kernel's. It is started with the
/// first question, reads questions from descriptor 3, and ends when the kernel does or when nobody
/// has asked for a while.
package enum InsightServer {
  static let descriptor: Int32 = 3
  /// How long nobody has to ask, in milliseconds.
  private static let patience = 10 * 60 * 1000

  /// Answers questions until there are none.
  ///
  /// - Parameter library: The path of `libsourcekitdInProc.so`.
  package static func run(library: String) -> Never {
    guard fcntl(descriptor, F_GETFD) >= 0 else {
      let sentence = "offramp insight is started by the kernel, not by hand.\n"
      write(2, sentence, sentence.utf8.count)
      exit(64)
    }
    endWithKernel()
    let channel = TextChannel(descriptor: descriptor)
    guard let kit = SourceKit(path: library) else { exit(1) }
    while let fields = channel.receive(deadline: milliseconds() + patience),
      let number = fields.first
    {
      let answer = InsightQuestion(fields: Array(fields.dropFirst())).map { $0.answer(kit) } ?? []
      guard channel.send([number] + answer) else { break }
    }
    _exit(0)
  }

  /// Ends this process when the kernel is gone, whatever sourcekitd is doing.
  private static func endWithKernel() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var waiting = pollfd(fd: InsightServer.descriptor, events: 0x2000, revents: 0)
        while poll(&waiting, 1, -1) < 0 {}
        _exit(0)
      }, nil)
  }
}

extension InsightQuestion {
  fileprivate func answer(_ kit: SourceKit) -> [String] {
    switch self {
    case .complete(let source, let prefix, let limit):
      return source.suggestions(kit, prefix: prefix, limit: limit).flatMap {
        [$0.text, $0.kind, $0.signature]
      }
    case .inspect(let source): return source.descriptions(kit).flatMap(\.fields)
    }
  }
}

extension InsightSource {
  fileprivate func suggestions(_ kit: SourceKit, prefix: String, limit: Int) -> [Suggestion] {
    let request = SourceKitRequest(
      "codecomplete",
      [
        ("key.sourcefile", .text(file)), ("key.sourcetext", .text(text)),
        ("key.offset", .number(Int64(offset))), ("key.compilerargs", .list([file] + arguments)),
      ])
    let found = kit.send(request) { answer in
      answer.list("key.results").compactMap { RankedSuggestion($0, prefix: prefix) }
    }
    var seen: Set<String> = []
    let best = (found ?? []).sorted { $0.isBetter(than: $1) }.map(\.suggestion)
    return Array(best.filter { seen.insert($0.text).inserted }.prefix(limit))
  }

  fileprivate func descriptions(_ kit: SourceKit) -> [NameDescription] {
    let open = SourceKitRequest(
      "editor.open",
      [
        ("key.name", .text(file)), ("key.sourcetext", .text(text)),
        ("key.enablesyntaxmap", .number(0)), ("key.enablesubstructure", .number(0)),
        ("key.enablediagnostics", .number(0)), ("key.compilerargs", .list([file] + arguments)),
      ])
    _ = kit.send(open) { _ in }
    let request = SourceKitRequest(
      "cursorinfo",
      [
        ("key.sourcefile", .text(file)), ("key.offset", .number(Int64(offset))),
        ("key.compilerargs", .list([file] + arguments)),
      ])
    return kit.send(request) { answer in
      let others = answer.list("key.secondary_symbols")
      return [NameDescription(answer)] + others.map(NameDescription.init)
    }?.filter { !$0.declaration.isEmpty } ?? []
  }
}

extension NameDescription {
  fileprivate init(_ answer: SourceKitValue) {
    let kind = answer.name("key.kind") ?? ""
    self.init(
      kind: kind, name: answer.text("key.name") ?? "",
      declaration: (answer.text("key.annotated_decl") ?? "").withoutTags,
      documentation: answer.text("key.doc_comment") ?? "", type: answer.text("key.typename") ?? "",
      module: answer.text("key.modulename") ?? "", isInitializer: kind.hasSuffix(".constructor"))
  }
}

extension String {
  /// The text of a piece of XML.
  fileprivate var withoutTags: String {
    replacing(#/<[^>]*>/#, with: "").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&apos;", with: "'").replacing("&amp;", with: "&")
  }
}
