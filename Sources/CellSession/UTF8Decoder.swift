/// Decodes text that arrives in pieces; a character cut in two waits for its rest.
struct UTF8Decoder {
  private var rest: [UInt8] = []

  /// The text of the bytes so far, but for an incomplete character at the end.
  mutating func decode(_ bytes: ArraySlice<UInt8>) -> String {
    rest += bytes
    let whole = rest.count - Self.incompleteTail(of: rest)
    defer { rest.removeFirst(whole) }
    return String(decoding: rest[..<whole], as: UTF8.self)
  }

  /// What is left, complete or not.
  mutating func finish() -> String {
    defer { rest = [] }
    return String(decoding: rest, as: UTF8.self)
  }

  /// How many bytes at the end begin a character without ending it.
  private static func incompleteTail(of bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let byte = bytes[bytes.count - length]
      if byte & 0xC0 == 0x80 { continue }
      let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return needed > length ? length : 0
    }
    return 0
  }
}
