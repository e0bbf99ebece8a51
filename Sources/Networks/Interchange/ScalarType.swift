/// The number types in files of other libraries; a `Tensor` holds every one as 32-bit floats.
enum ScalarType: String {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The size of one number in bytes.
  var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Writes the numbers in `bytes` as 32-bit floats into `result`.
  ///
  /// - Parameter isBigEndian: Whether the most significant byte comes first.
  /// - Returns: The first number that 32 bits cannot hold exactly although it is a whole one, such as
  ///   an index above 2²⁴; `nil` if there is none.
  func convert(
    _ bytes: UnsafeRawBufferPointer, into result: UnsafeMutableBufferPointer<Float>,
    isBigEndian: Bool = false
  ) -> String? {
    switch self {
    case .float64:
      floats(bytes, result, isBigEndian) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .float32: floats(bytes, result, isBigEndian) { Float(bitPattern: $0) }
    case .float16: floats(bytes, result, isBigEndian, Float.init(half:))
    case .bfloat16:
      floats(bytes, result, isBigEndian) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int64: integers(Int64.self, bytes, result, isBigEndian)
    case .int32: integers(Int32.self, bytes, result, isBigEndian)
    case .int16: integers(Int16.self, bytes, result, isBigEndian)
    case .int8: integers(Int8.self, bytes, result, isBigEndian)
    case .uint64: integers(UInt64.self, bytes, result, isBigEndian)
    case .uint32: integers(UInt32.self, bytes, result, isBigEndian)
    case .uint16: integers(UInt16.self, bytes, result, isBigEndian)
    case .uint8, .bool: integers(UInt8.self, bytes, result, isBigEndian)
    }
  }

  private func floats<Bits: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ result: UnsafeMutableBufferPointer<Float>,
    _ isBigEndian: Bool, _ float: (Bits) -> Float
  ) -> String? {
    for k in result.indices { result[k] = float(Self.bits(bytes, k, isBigEndian)) }
    return nil
  }

  private func integers<Number: FixedWidthInteger>(
    _: Number.Type, _ bytes: UnsafeRawBufferPointer, _ result: UnsafeMutableBufferPointer<Float>,
    _ isBigEndian: Bool
  ) -> String? {
    var lost: String?
    for k in result.indices {
      let number: Number = Self.bits(bytes, k, isBigEndian)
      result[k] = Float(number)
      if lost == nil, Number(exactly: result[k]) != number { lost = "\(number)" }
    }
    return lost
  }

  private static func bits<Number: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ k: Int, _ isBigEndian: Bool
  ) -> Number {
    let number = bytes.loadUnaligned(fromByteOffset: k * Number.bitWidth / 8, as: Number.self)
    return isBigEndian ? Number(bigEndian: number) : Number(littleEndian: number)
  }
}

extension Float {
  /// The value of an IEEE 754 half-precision number; `Float16` does not exist on every processor.
  init(half bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      // Subnormal: the fraction counts units of 2⁻²⁴.
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    case 31: self = Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
