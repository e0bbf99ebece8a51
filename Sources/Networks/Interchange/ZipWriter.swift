/// A zip archive of files that are stored as they are, in the order in which they are added.
struct ZipWriter {
  private var directory: [UInt8] = []
  private var count = 0
  private var position = 0

  /// The header that goes before a file's bytes.
  ///
  /// - Parameter size: The number of bytes that follow.
  mutating func header(_ name: String, size: Int, checksum: UInt32) -> [UInt8] {
    let name = Array(name.utf8)
    let wide: [UInt8] =
      Self.bytes(1, 2) + Self.bytes(16, 2) + Self.bytes(size, 8) + Self.bytes(size, 8)
    let common =
      Self.bytes(45, 2) + Self.bytes(0, 4) + Self.midnight + Self.bytes(Int(checksum), 4)
      + Self.bytes(0xffff_ffff, 4) + Self.bytes(0xffff_ffff, 4) + Self.bytes(name.count, 2)
    let local = Self.bytes(0x0403_4b50, 4) + common + Self.bytes(wide.count, 2) + name + wide
    let whole = wide + Self.bytes(position, 8)
    directory +=
      Self.bytes(0x0201_4b50, 4) + Self.bytes(45, 2) + common + Self.bytes(whole.count, 2)
      + Self.bytes(0, 10) + Self.bytes(0xffff_ffff, 4) + name
      + Self.bytes(1, 2) + Self.bytes(24, 2) + whole.dropFirst(4)
    count += 1
    position += local.count + size
    return local
  }

  /// What ends the archive: the list of its files.
  var ending: [UInt8] {
    let wideEnd =
      Self.bytes(0x0606_4b50, 4) + Self.bytes(44, 8) + Self.bytes(45, 2) + Self.bytes(45, 2)
      + Self.bytes(0, 8) + Self.bytes(count, 8) + Self.bytes(count, 8)
      + Self.bytes(directory.count, 8) + Self.bytes(position, 8)
    let locator =
      Self.bytes(0x0706_4b50, 4) + Self.bytes(0, 4) + Self.bytes(position + directory.count, 8)
      + Self.bytes(1, 4)
    let end =
      Self.bytes(0x0605_4b50, 4) + Self.bytes(0, 4) + Self.bytes(min(count, 0xffff), 2)
      + Self.bytes(min(count, 0xffff), 2) + Self.bytes(0xffff_ffff, 4)
      + Self.bytes(0xffff_ffff, 4) + Self.bytes(0, 2)
    return directory + wideEnd + locator + end
  }

  /// The first moment a zip archive can name, so that equal contents give equal files.
  private static let midnight = bytes(0, 2) + bytes(0x21, 2)

  private static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
  }
}
