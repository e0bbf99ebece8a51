import SwiftSyntax

/// Names that the user may expect and that are not there, with the reason.
struct MissingNames: Sendable {
  private var reasons: [String: String] = [:]

  /// Notes what a cell that failed has not set, and that what is set is there.
  mutating func note(unset: Set<String>, set: Set<String>, cell: Int) {
    for name in unset { reasons[name] = "In[\(cell)] failed before it was set" }
    for name in set { reasons[name] = nil }
  }

  /// Notes what went with the cells' process.
  mutating func note(lost entry: CellScope.Entry) {
    for definition in entry.live where definition.kind != .nameless {
      reasons[definition.name] =
        "it went with the process that was ended; run In[\(entry.number)] again"
    }
  }

  /// Whether it is known why a name is not there.
  func explains(_ name: String) -> Bool { reasons[name] != nil }

  /// Lines on the names that the compiler does not find.
  func advice(on diagnostics: [Diagnostic]) -> [String] {
    var told: Set<String> = []
    return diagnostics.compactMap { diagnostic in
      guard
        let name = diagnostic.message.firstMatch(of: #/^cannot find (?:type )?'(.+?)' in scope/#)?
          .1,
        let reason = reasons[String(name)], told.insert(String(name)).inserted
      else { return nil }
      return "\(Style.blue)note:\(Style.plain) \(name) is not there: \(reason)."
    }
  }
}

extension ParsedCell {
  /// Which of `definitions` can be used though those named `unset` were not set: a function that
  /// mentions one of them would read memory that was never written.
  func usable(_ definitions: [Definition], unset: Set<String>) -> [Definition] {
    var unset = unset
    var usable = definitions
    while true {
      let broken = usable.filter { definition in
        definition.kind != .variable && !words(ofItem: definition.item).isDisjoint(with: unset)
      }
      if broken.isEmpty { return usable }
      unset.formUnion(broken.map(\.name))
      usable.removeAll { broken.contains($0) }
    }
  }

  private func words(ofItem index: Int) -> Set<String> {
    guard items.indices.contains(index) else { return [] }
    return Set(items[index].tokens(viewMode: .sourceAccurate).map(\.text))
  }
}
