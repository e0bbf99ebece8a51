/// A value in a few words on one line, however large it is.
func brief(_ value: Any, depth: Int = 0) -> String {
  let text = longBrief(value, depth: depth)
  let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  let isCut = line.utf8.count < text.utf8.count || line.count > mostCharacters
  return isCut ? "\(line.prefix(mostCharacters))…" : line
}

private let mostCharacters = 60

private func longBrief(_ value: Any, depth: Int) -> String {
  if let buffered = value as? any Buffered { return buffered.brief(depth: depth) }
  let mirror = Mirror(reflecting: value)
  if mirror.displayStyle == .optional {
    return mirror.children.first.map { brief($0.value, depth: depth) } ?? "nil"
  }
  if let describable = value as? any CustomStringConvertible { return describable.description }
  switch mirror.displayStyle {
  case .class?: return "\(mirror.subjectType)"
  case .tuple?: return "(\(fields(of: mirror, depth: depth)))"
  case .struct?: return "\(mirror.subjectType)(\(fields(of: mirror, depth: depth)))"
  case .enum?:
    guard let child = mirror.children.first else { return "\(value)" }
    return "\(child.label ?? "")(\(depth > 1 ? "…" : brief(child.value, depth: depth + 1)))"
  default: return mirror.children.isEmpty ? "\(value)" : "\(mirror.subjectType)"
  }
}

private func fields(of mirror: Mirror, depth: Int) -> String {
  if depth > 1 { return "…" }
  let shown = mirror.children.prefix(3).map { child in
    let label = child.label.flatMap { $0.hasPrefix(".") ? nil : "\($0): " } ?? ""
    return label + brief(child.value, depth: depth + 1)
  }
  return (shown + (mirror.children.count > 3 ? ["…"] : [])).joined(separator: ", ")
}

/// A type as a programmer writes it: `[Int]`, `String?`, `[String: Double]`.
func typeText(_ type: Any.Type) -> String {
  var text = String(describing: type)
  while true {
    let next = text.replacing(#/\bArray<([^<>]*)>/#) { "[\($0.1)]" }
      .replacing(#/\bOptional<([^<>]*)>/#) { "\($0.1)?" }
      .replacing(#/\bDictionary<([^<>,]*), ([^<>]*)>/#) { "[\($0.1): \($0.2)]" }
    if next == text { return text }
    text = next
  }
}
