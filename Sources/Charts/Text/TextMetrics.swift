/// How wide a text will be, without a font at hand.
///
/// The table holds the advance widths of Helvetica, with which Arial and Liberation Sans agree;
/// these are the fonts that drawings ask for.
public enum TextMetrics {
  /// The fonts of a drawing, in order of preference.
  static let fontFamily = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"

  /// The width of a line of text in pixels at `size` pixels.
  public static func width(_ text: String, size: Double, bold: Bool = false) -> Double {
    let thousandths = text.unicodeScalars.reduce(0) { $0 + advance($1) }
    return Double(thousandths) / 1000 * size * (bold ? 1.07 : 1)
  }

  /// Lines of at most `width` pixels, broken between words; a longer word stands alone.
  public static func wrapped(_ text: String, size: Double, width limit: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, width("\(last) \(word)", size: size) <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private static func advance(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 32...126: Int(ascii[Int(scalar.value) - 32])
    case 0xA0, 0xB7, 0x202F: 278
    case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
    case 0xB0, 0xB2, 0xB3, 0xB9, 0x2070...0x209F: 350
    case 0x2014, 0x2026, 0x2190...0x21FF: 1000
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF00...0xFF60: 1000
    case 0x1F000...0x1FAFF: 1200
    default: 584
    }
  }

  private static let ascii: [Int16] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
}
