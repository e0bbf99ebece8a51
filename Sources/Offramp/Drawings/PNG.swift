import Display

/// An image as a PNG file, for pixels inside drawings.
///
/// Format: ISO/IEC 15948, with the pixel data stored rather than compressed: the images are small.
package struct PNG {
  package private(set) var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// An image of `width` × `height` pixels, 8 bits a channel, of one (grey) or three channels,
  /// row by row.
  package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(channels == 1 || channels == 3, "a PNG has 1 or 3 channels here, not \(channels)")
    precondition(pixels.count == width * height * channels, "as many bytes as pixels × channels")
    let colorType: UInt8 = channels == 1 ? 0 : 2
    append("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [8, colorType, 0, 0, 0])
    let row = width * channels
    let lines = (0..<height).flatMap { [0] + pixels[($0 * row)..<(($0 + 1) * row)] }
    append("IDAT", Self.stored(lines))
    append("IEND", [])
  }

  /// The file as a URL that holds its own content.
  var dataURL: String { "data:image/png;base64," + Base64.text(bytes) }

  private mutating func append(_ type: String, _ content: [UInt8]) {
    let body = Array(type.utf8) + content
    bytes += Self.bigEndian(content.count) + body + Self.bigEndian(Int(Self.checksum(body)))
  }

  /// A zlib stream of stored blocks (RFC 1950 and 1951).
  private static func stored(_ content: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    let limit = 65_535
    for start in stride(from: 0, to: max(content.count, 1), by: limit) {
      let block = content[start..<min(start + limit, content.count)]
      let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
      stream += [start + limit >= content.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    var (a, b) = (1, 0)
    for byte in content {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return stream + bigEndian(b << 16 | a)
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) }
  }

  /// The cyclic redundancy check of ISO 3309, as PNG uses it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
    }
  }
}
