/// Bytes as text (RFC 4648).
package enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The bytes in base 64.
  package static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var start = 0
    while start < bytes.count {
      let count = min(3, bytes.count - start)
      var bits = 0
      for k in 0..<3 { bits = bits << 8 | (k < count ? Int(bytes[start + k]) : 0) }
      for k in 0..<4 { text.append(k <= count ? digits[bits >> (18 - 6 * k) & 63] : 61) }
      start += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}
