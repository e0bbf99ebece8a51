/// A kind of image file, known by its first bytes.
enum ImageFormat: String {
  case png = "image/png"
  case jpeg = "image/jpeg"
  case gif = "image/gif"
  case webp = "image/webp"
  case svg = "image/svg+xml"

  /// The format of a file's content, if it is an image that front ends show.
  init?(_ bytes: [UInt8]) {
    switch bytes.prefix(16) {
    case let start where start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]):
      self = .png
    case let start where start.starts(with: [0xFF, 0xD8, 0xFF]): self = .jpeg
    case let start where start.starts(with: Array("GIF87a".utf8)): self = .gif
    case let start where start.starts(with: Array("GIF89a".utf8)): self = .gif
    case let start
    where start.starts(with: Array("RIFF".utf8))
      && start.dropFirst(8).starts(with: Array("WEBP".utf8)):
      self = .webp
    case let start where Self.beginsDrawing(start, in: bytes): self = .svg
    default: return nil
    }
  }

  /// The format's name.
  var name: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .gif: "GIF"
    case .webp: "WebP"
    case .svg: "SVG"
    }
  }

  private static func beginsDrawing(_ start: ArraySlice<UInt8>, in bytes: [UInt8]) -> Bool {
    if start.starts(with: Array("<svg".utf8)) { return true }
    guard start.starts(with: Array("<?xml".utf8)) else { return false }
    return String(decoding: bytes.prefix(1000), as: UTF8.self).contains("<svg")
  }

  /// The width and height in pixels, if they stand where they should.
  func size(of bytes: [UInt8]) -> (width: Int, height: Int)? {
    func number(_ places: [Int]) -> Int { places.reduce(0) { $0 << 8 | Int(bytes[$1]) } }
    switch self {
    case .png where bytes.count >= 24:
      return (number([16, 17, 18, 19]), number([20, 21, 22, 23]))
    case .gif where bytes.count >= 10: return (number([7, 6]), number([9, 8]))
    case .jpeg: return Self.sizeOfJPEG(bytes)
    default: return nil
    }
  }

  /// The size in the first frame header (ITU T.81, B.2.2).
  private static func sizeOfJPEG(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    var position = 2
    while position + 9 < bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        let height = Int(bytes[position + 5]) << 8 | Int(bytes[position + 6])
        return (Int(bytes[position + 7]) << 8 | Int(bytes[position + 8]), height)
      }
      position += 2 + (Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]))
    }
    return nil
  }
}
