import Tensors

/// The header of a `.npy` file: the type, the order and the shape of its one array.
///
/// `\x93NUMPY`, two bytes of version, the length of what follows (2 bytes in version 1, 4 after it),
/// then a Python dictionary padded so that the numbers begin at a multiple of 64 bytes.
struct NumPyHeader {
  let type: ScalarType
  let isBigEndian: Bool
  /// Whether the first index runs fastest, as in Fortran.
  let isColumnMajor: Bool
  let shape: Shape
  /// Where the numbers begin, from the beginning of the file.
  let dataStart: Int

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The number of bytes the array takes.
  var byteCount: Int { shape.count * type.size }

  /// The header of an array of 32-bit floats.
  static func bytes(for shape: Shape) -> [UInt8] {
    let sides = shape.dims.map(String.init).joined(separator: ", ")
    let tuple = shape.rank == 1 ? "(\(sides),)" : "(\(sides))"
    var text = Array("{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple), }".utf8)
    text += Array(repeating: UInt8(ascii: " "), count: 63 - (10 + text.count) % 64)
    text.append(UInt8(ascii: "\n"))
    return magic + [1, 0, UInt8(text.count & 0xff), UInt8(text.count >> 8)] + text
  }

  /// Reads the header at the beginning of `bytes`.
  ///
  /// - Parameter name: What to call the file in an error.
  init(_ bytes: ArraySlice<UInt8>, name: String) throws(CheckpointError) {
    let bytes = Array(bytes.prefix(1 << 16))
    guard bytes.count >= 12, bytes.starts(with: Self.magic), (1...3).contains(bytes[6]) else {
      throw CheckpointError("\(name) is no NumPy array: it does not begin like a .npy file")
    }
    let isShort = bytes[6] == 1
    let length =
      Int(bytes[8]) | Int(bytes[9]) << 8
      | (isShort ? 0 : Int(bytes[10]) << 16 | Int(bytes[11]) << 24)
    dataStart = (isShort ? 10 : 12) + length
    guard dataStart <= bytes.count else {
      throw CheckpointError("\(name) is cut short: its header needs \(dataStart) bytes")
    }
    let text = String(decoding: bytes[(isShort ? 10 : 12)..<dataStart], as: UTF8.self)
    guard let descriptor = Self.quoted(after: "'descr'", in: text),
      let order = Self.word(after: "'fortran_order'", in: text),
      let shape = Self.shape(after: "'shape'", in: text), shape.checkedCount != nil
    else {
      throw CheckpointError(
        "\(name) is no NumPy array of numbers: its header is \(text.prefix(80))")
    }
    guard let type = Self.types[String(descriptor.dropFirst())] else {
      throw CheckpointError(
        "\(name) holds numbers of NumPy's type \(descriptor), which are not read: convert them with "
          + ".astype(\"float32\") first")
    }
    self.type = type
    self.shape = shape
    isBigEndian = descriptor.hasPrefix(">")
    isColumnMajor = order == "True"
  }

  private static let types: [String: ScalarType] = [
    "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16,
    "i1": .int8, "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool,
  ]

  private static func rest(after key: String, in text: String) -> Substring? {
    text.firstRange(of: key).map { text[$0.upperBound...].drop { ": ".contains($0) } }
  }

  private static func quoted(after key: String, in text: String) -> String? {
    guard let rest = rest(after: key, in: text), rest.first == "'" else { return nil }
    return String(rest.dropFirst().prefix { $0 != "'" })
  }

  private static func word(after key: String, in text: String) -> String? {
    rest(after: key, in: text).map { String($0.prefix { $0.isLetter }) }
  }

  private static func shape(after key: String, in text: String) -> Shape? {
    guard let rest = rest(after: key, in: text), rest.first == "(",
      let end = rest.firstIndex(of: ")")
    else { return nil }
    let sides = rest[..<end].dropFirst().split(separator: ",").map {
      Int($0.filter { $0 != " " })
    }
    let known = sides.compactMap(\.self)
    guard known.count == sides.count, known.allSatisfy({ $0 >= 0 }) else { return nil }
    return Shape(known)
  }
}
