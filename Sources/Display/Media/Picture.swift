import Glibc

/// An image file's content, shown as the image.
///
/// ```swift
/// try Picture(file: "figure.png")
/// ```
/// PNG, JPEG, GIF, WebP and SVG are known by their first bytes; an array of such bytes shows itself
/// as a picture too.
public struct Picture: Displayable, Hashable, Sendable {
  /// The file's content.
  public let bytes: [UInt8]
  /// The width at which it is shown, in pixels; `nil` for its own.
  public let width: Int?
  private let format: ImageFormat

  /// An image from a file's content.
  ///
  /// - Throws: ``PictureError`` if it is of no known format.
  public init(_ bytes: [UInt8], width: Int? = nil) throws(PictureError) {
    guard let format = ImageFormat(bytes) else {
      throw PictureError.unknownFormat(
        source: "\(bytes.count) bytes", start: Array(bytes.prefix(8)))
    }
    self.init(bytes, format, width: width)
  }

  /// An image from the content of a PNG file.
  ///
  /// - Throws: ``PictureError`` if it is of no known format.
  public init(png bytes: [UInt8], width: Int? = nil) throws(PictureError) {
    try self.init(bytes, width: width)
  }

  /// An image from a file.
  ///
  /// - Throws: ``PictureError`` if the file cannot be read or is of no known format.
  public init(file: String, width: Int? = nil) throws(PictureError) {
    let bytes = try Self.read(file)
    guard let format = ImageFormat(bytes) else {
      throw PictureError.unknownFormat(source: file, start: Array(bytes.prefix(8)))
    }
    self.init(bytes, format, width: width)
  }

  /// An image, if the bytes are one; cheap for those that are not.
  init?(recognizing bytes: [UInt8]) {
    guard bytes.count >= 12, let format = ImageFormat(bytes) else { return nil }
    self.init(bytes, format, width: nil)
  }

  private init(_ bytes: [UInt8], _ format: ImageFormat, width: Int?) {
    self.bytes = bytes
    self.format = format
    self.width = width
  }

  /// The image; what it is, for terminals.
  public var display: MIMEBundle {
    let title = size.map { "\(format.name), \($0.width) × \($0.height) pixels" } ?? format.name
    let plain = "\(title), \(bytes.count) bytes"
    if format == .svg {
      return SVG(String(decoding: bytes, as: UTF8.self), title: plain, width: width).display
    }
    let metadata = width.map { [format.rawValue: "{\"width\": \($0)}"] } ?? [:]
    return MIMEBundle(plain: plain, [format.rawValue: .bytes(bytes)], metadata: metadata)
  }

  private var size: (width: Int, height: Int)? { format.size(of: bytes) }

  private static func read(_ path: String) throws(PictureError) -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&block, 1, block.count, file), count > 0 {
      bytes += block[..<count]
    }
    guard ferror(file) == 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    return bytes
  }
}

/// Why there is no picture.
public enum PictureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The content is no image that front ends show.
  case unknownFormat(source: String, start: [UInt8])

  /// One sentence.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "The picture \(path) cannot be read: \(reason)."
    case .unknownFormat(let source, let start):
      "\(source): not a picture; expected a PNG, JPEG, GIF, WebP or SVG file, got one that begins "
        + "with the bytes [\(start.map { "\($0)" }.joined(separator: ", "))]."
    }
  }
}
