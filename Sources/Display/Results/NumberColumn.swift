import Glibc

/// Writes numbers that stand below one another: with the same decimals, and no more of them than
/// tell something.
struct NumberColumn {
  private static let longestExact = 8
  private static let digits = 7
  private let decimals: Int?

  init(_ words: [Word]) {
    let numbers = words.filter { $0.fraction?.isFinite ?? false }
    let needed = numbers.map { Self.decimals(Self.short($0)) }
    let magnitudes = numbers.compactMap(\.fraction?.magnitude).filter { $0 > 0 }
    guard !numbers.isEmpty, !needed.contains(nil) else {
      decimals = nil
      return
    }
    let whole = magnitudes.max().map { max(1, Int(log10($0)) + 1) } ?? 1
    let shown = min(needed.compactMap(\.self).max() ?? 0, max(Self.digits - whole, 1))
    // Numbers of very different sizes would lose all their digits.
    let smallest = magnitudes.min() ?? 1
    decimals = smallest * pow(10, Double(shown)) < 10 && smallest < 0.1 ? nil : shown
  }

  /// The text of one of the column's words.
  func text(_ word: Word) -> String {
    guard let number = word.fraction, number.isFinite else { return word.text }
    return decimals.map { Self.formatted(number, "%.\($0)f") } ?? Self.short(word)
  }

  /// The number's own text, or six digits of it.
  private static func short(_ word: Word) -> String {
    guard let number = word.fraction, word.text.utf8.count > longestExact else { return word.text }
    return formatted(number, "%.6g")
  }

  /// The digits behind the point; `nil` for a number written with an exponent.
  private static func decimals(_ text: String) -> Int? {
    if text.utf8.contains(UInt8(ascii: "e")) { return nil }
    return text.utf8.firstIndex(of: UInt8(ascii: ".")).map {
      text.utf8.distance(from: $0, to: text.utf8.endIndex) - 1
    } ?? 0
  }

  private static func formatted(_ number: Double, _ format: String) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    _ = withVaList([number]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
