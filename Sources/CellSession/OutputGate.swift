/// Lets through the text of a cell up to a limit, and counts the rest.
struct OutputGate {
  private let limit: Int
  private var count = 0

  init(limit: Int) { self.limit = limit }

  /// What of a piece of text is to be shown.
  mutating func pass(_ text: String) -> Substring {
    let room = limit - count
    count += text.utf8.count
    if text.utf8.count <= room { return text[...] }
    guard room > 0 else { return "" }
    let end = text.utf8.index(text.startIndex, offsetBy: room)
    return text[..<text.unicodeScalars.index(alignedDownFrom: end)]
  }

  /// Begins anew, as what was shown so far has been removed.
  mutating func clear() { count = 0 }

  /// What is to be said at the end of a cell, once.
  mutating func takeNote() -> String? {
    defer { count = 0 }
    guard count > limit else { return nil }
    return "\n… output over \(Self.size(limit)) is not shown (\(Self.size(count)) in all)\n"
  }

  private static func size(_ bytes: Int) -> String {
    switch bytes {
    case ..<10_000: "\(bytes) bytes"
    case ..<10_000_000: "\(bytes / 1000) kB"
    default: "\(bytes / 1_000_000) MB"
    }
  }
}

extension String.UnicodeScalarView {
  fileprivate func index(alignedDownFrom index: Index) -> Index {
    index.samePosition(in: self) ?? self.index(before: self.index(after: index))
  }
}
