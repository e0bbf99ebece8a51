extension JSON {
  /// The value as UTF-8 bytes, without spaces, object keys in order.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += value.description.utf8
    // JSON has no infinities and no NaN; null is what JavaScript writes for them.
    case .number(let value): bytes += (value.isFinite ? value.description : "null").utf8
    case .string(let value): JSON.write(value, to: &bytes)
    case .array(let elements): JSON.write(elements, to: &bytes)
    case .object(let members): JSON.write(members, to: &bytes)
    }
  }

  private static func write(_ elements: [JSON], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      element.write(to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func write(_ members: [String: JSON], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(member.key, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      member.value.write(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Text without escapes is copied at once, other text byte by byte into a buffer that is large
  /// enough for the worst: a figure is one string of megabytes.
  private static func write(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { utf8 in
      let escapes = utf8.reduce(0) { $0 &+ (needsEscape($1) ? 1 : 0) }
      guard escapes > 0 else { return bytes.append(contentsOf: utf8) }
      let capacity = utf8.count + escapes * 5
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
        let count = escape(utf8, into: buffer)
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[..<count]))
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// Writes escaped text and returns its length; an escape takes at most six bytes.
  private static func escape(
    _ utf8: UnsafeBufferPointer<UInt8>, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var count = 0
    func put(_ byte: UInt8) {
      buffer[count] = byte
      count &+= 1
    }
    for byte in utf8 {
      guard needsEscape(byte) else {
        put(byte)
        continue
      }
      put(UInt8(ascii: "\\"))
      switch byte {
      case 0x0A: put(UInt8(ascii: "n"))
      case 0x0D: put(UInt8(ascii: "r"))
      case 0x09: put(UInt8(ascii: "t"))
      case 0..<0x20:
        for digit in "u00".utf8 { put(digit) }
        put(hexadecimal[Int(byte >> 4)])
        put(hexadecimal[Int(byte & 15)])
      default: put(byte)
      }
    }
    return count
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)
}

extension JSON: CustomStringConvertible {
  /// The value as JSON text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
