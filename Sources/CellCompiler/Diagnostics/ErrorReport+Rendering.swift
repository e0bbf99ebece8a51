extension ErrorReport {
  /// Lines for a person: the error with its excerpt, notes that matter, advice.
  func rendered(in context: AdviceContext) -> (message: String, lines: [String]) {
    let advice = advice(in: context)
    var shown = error
    shown.message = advice.message ?? error.message.withoutGroup
    shown.fixIt = nil
    var lines = shown.rendered(source: context.cell.all, file: context.cell.file)
    lines += advice.hints.map { "  \($0)" }
    if let correction = advice.correction {
      let place = correction.line == error.line ? "" : " line \(correction.line)"
      let text = correction.text.drop { $0 == " " || $0 == "\t" }
      lines.append("  change\(place) to: \(Style.green)\(text)\(Style.plain)")
    }
    var last = error
    for var note in remainingNotes {
      if let correction = Correction(of: context.cell, as: note) {
        note.fixIt = nil
        lines += note.rendered(source: context.cell.all, file: context.cell.file)
        lines.append(
          "  change to: \(Style.green)\(correction.text.drop { $0 == " " })\(Style.plain)")
      } else {
        note.fixIt = nil
        lines += note.rendered(
          source: context.cell.all, file: context.cell.file, hasPlace: !note.repeatsPlace(of: last))
      }
      last = note
    }
    return (shown.message, lines)
  }
}

extension String {
  /// The message without the name of the compiler's group: `… [#no-usage]`.
  fileprivate var withoutGroup: String { replacing(#/ \[#[\w-]+\]$/#, with: "") }
}
