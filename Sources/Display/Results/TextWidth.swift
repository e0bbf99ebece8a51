extension String {
  /// The columns that the text takes in a terminal: two for East Asian letters and pictures.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// The text with blanks to `width` columns, behind it or before it.
  func padded(to width: Int, right: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - columns))
    return right ? blanks + self : self + blanks
  }
}

extension Character {
  fileprivate var columns: Int {
    guard let scalar = unicodeScalars.first, scalar.value >= 0x300 else { return 1 }
    let isPicture =
      scalar.properties.isEmojiPresentation || unicodeScalars.contains { $0.value == 0xFE0F }
    return isPicture || wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }
}

/// Letters that East Asian terminals set in two columns (UAX #11, the wide and full-width ranges).
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
  0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
]
