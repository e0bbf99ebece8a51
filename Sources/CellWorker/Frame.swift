package import Display

/// Bytes of a message between kernel and worker, written field by field.
package struct FrameWriter {
  /// The fields so far.
  package private(set) var bytes: [UInt8] = []

  package init(kind: UInt8) { bytes.append(kind) }

  package mutating func write(_ value: Int) {
    withUnsafeBytes(of: Int64(value).littleEndian) { bytes += $0 }
  }

  package mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  package mutating func write(_ value: [UInt8]) {
    write(value.count)
    bytes += value
  }

  package mutating func write(_ value: String) { write(Array(value.utf8)) }

  package mutating func write(_ value: String?) {
    write(value != nil)
    if let value { write(value) }
  }

  package mutating func write(_ value: MIMEBundle) {
    write(value.data.count)
    for (type, content) in value.data.sorted(by: { $0.key < $1.key }) {
      write(type)
      switch content {
      case .text(let text):
        bytes.append(0)
        write(text)
      case .bytes(let data):
        bytes.append(1)
        write(data)
      case .json(let text):
        bytes.append(2)
        write(text)
      }
    }
    write(value.metadata.count)
    for (type, text) in value.metadata.sorted(by: { $0.key < $1.key }) {
      write(type)
      write(text)
    }
  }

  package mutating func write(_ value: MIMEBundle?) {
    write(value != nil)
    if let value { write(value) }
  }
}

/// Reads the fields of a message in the order in which they were written.
package struct FrameReader {
  /// A message that is shorter than its fields, or of an unknown kind.
  package struct Malformed: Error {}

  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package mutating func byte() throws(Malformed) -> UInt8 {
    guard position < bytes.count else { throw Malformed() }
    defer { position += 1 }
    return bytes[position]
  }

  package mutating func bool() throws(Malformed) -> Bool { try byte() != 0 }

  package mutating func integer() throws(Malformed) -> Int {
    guard bytes.count - position >= 8 else { throw Malformed() }
    defer { position += 8 }
    return bytes[position..<position + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  package mutating func data() throws(Malformed) -> [UInt8] {
    let count = try integer()
    guard count >= 0, count <= bytes.count - position else { throw Malformed() }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  package mutating func string() throws(Malformed) -> String {
    String(decoding: try data(), as: UTF8.self)
  }

  package mutating func optionalString() throws(Malformed) -> String? {
    try bool() ? try string() : nil
  }

  package mutating func bundle() throws(Malformed) -> MIMEBundle {
    var bundle = MIMEBundle(plain: "")
    for _ in 0..<(try integer()) {
      let type = try string()
      bundle.data[type] =
        switch try byte() {
        case 0: .text(try string())
        case 1: .bytes(try data())
        case 2: .json(try string())
        default: throw Malformed()
        }
    }
    for _ in 0..<(try integer()) {
      let type = try string()
      bundle.metadata[type] = try string()
    }
    return bundle
  }

  package mutating func optionalBundle() throws(Malformed) -> MIMEBundle? {
    try bool() ? try bundle() : nil
  }
}
