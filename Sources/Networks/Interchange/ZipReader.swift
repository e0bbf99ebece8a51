internal import CZlib

/// The files in a zip archive that is in memory: stored or deflated, sizes of 64 bits included.
///
/// PKWARE's APPNOTE 6.3, as far as Python's `zipfile` makes use of it.
struct ZipReader {
  /// A file in the archive.
  struct Entry {
    let name: String
    let method: Int
    let checksum: UInt32
    let storedSize: Int
    let size: Int
    let headerStart: Int
  }

  let entries: [Entry]
  private let bytes: [UInt8]
  private let path: String

  /// Finds the files of an archive.
  init(_ bytes: [UInt8], path: String) throws(CheckpointError) {
    self.bytes = bytes
    self.path = path
    entries = try Self.directory(of: bytes, path)
  }

  /// The bytes of a file.
  func contents(of entry: Entry) throws(CheckpointError) -> [UInt8] {
    let stored = try self.stored(entry)
    let contents: [UInt8]? =
      switch entry.method {
      case 0: entry.size == stored.count ? Array(stored) : nil
      case 8: Self.inflated(stored, size: entry.size)
      default:
        throw CheckpointError(
          "\(path) packs \(entry.name) in a way that is not read (method \(entry.method)): write it "
            + "with numpy.savez or numpy.savez_compressed")
      }
    guard let contents, Self.checksum(contents) == entry.checksum else {
      throw CheckpointError("\(path) is damaged: \(entry.name) cannot be unpacked")
    }
    return contents
  }

  private func stored(_ entry: Entry) throws(CheckpointError) -> ArraySlice<UInt8> {
    let start = entry.headerStart
    if bytes.holds(30, at: start), bytes.number(at: start, 4) == 0x0403_4b50 {
      let begin = start + 30 + bytes.number(at: start + 26, 2) + bytes.number(at: start + 28, 2)
      if bytes.holds(entry.storedSize, at: begin) {
        return bytes[begin..<begin + entry.storedSize]
      }
    }
    throw CheckpointError(
      "\(path) is cut short or damaged: \(entry.name) is not where it should be")
  }

  private static func directory(
    of bytes: [UInt8], _ path: String
  ) throws(CheckpointError) -> [Entry] {
    guard let end = endOfDirectory(bytes) else {
      throw CheckpointError("\(path) is no zip archive, as a .npz file is one")
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    var position = end.start
    while entries.count < end.count {
      guard bytes.holds(46, at: position), bytes.number(at: position, 4) == 0x0201_4b50 else {
        throw CheckpointError("\(path) is damaged: its list of files cannot be read")
      }
      let lengths = [28, 30, 32].map { bytes.number(at: position + $0, 2) }
      let next = position + 46 + lengths.reduce(0, +)
      guard next <= bytes.count else {
        throw CheckpointError("\(path) is cut short: its list of files is not whole")
      }
      let entry = Entry(bytes, at: position, nameLength: lengths[0], extraLength: lengths[1])
      guard names.insert(entry.name).inserted else {
        throw CheckpointError("\(path) is damaged: it lists \(entry.name) twice")
      }
      entries.append(entry)
      position = next
    }
    return entries
  }

  /// Where the list of files begins, and how many there are.
  private static func endOfDirectory(_ bytes: [UInt8]) -> (start: Int, count: Int)? {
    let last = bytes.count - 22
    guard last >= 0 else { return nil }
    let found = (max(0, last - 65_535)...last).reversed().first {
      bytes.number(at: $0, 4) == 0x0605_4b50
    }
    guard let end = found else { return nil }
    let count = bytes.number(at: end + 10, 2)
    let start = bytes.number(at: end + 16, 4)
    guard count == 0xffff || start == 0xffff_ffff, end >= 20,
      bytes.number(at: end - 20, 4) == 0x0706_4b50
    else { return (start, count) }
    let wide = bytes.number(at: end - 12, 8)
    guard bytes.holds(56, at: wide), bytes.number(at: wide, 4) == 0x0606_4b50 else { return nil }
    let many = bytes.number(at: wide + 32, 8)
    // The numbers are unsigned: what is negative here is more than any file has.
    return many < 0 ? nil : (bytes.number(at: wide + 48, 8), many)
  }

  private static func inflated(_ stored: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    // Deflate packs a thousandfold at most; a larger promise is a damaged file.
    guard size >= 0, size <= stored.count * 1100 + 1024 else { return nil }
    var isWhole = false
    let result = [UInt8](unsafeUninitializedCapacity: size) { target, filled in
      isWhole = stored.withUnsafeBufferPointer {
        zip_inflate($0.baseAddress, $0.count, target.baseAddress, size) == 1
      }
      filled = isWhole ? size : 0
    }
    return isWhole ? result : nil
  }

  /// The CRC-32 of some bytes, as zip archives carry it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { zip_checksum($0.baseAddress, $0.count) }
  }
}

extension ZipReader.Entry {
  fileprivate init(_ bytes: [UInt8], at start: Int, nameLength: Int, extraLength: Int) {
    let nameStart = start + 46
    var sizes = [24, 20].map { bytes.number(at: start + $0, 4) }
    var header = bytes.number(at: start + 42, 4)
    // What does not fit in 32 bits stands in the extra field 1, in this order.
    var wide = Self.wideField(bytes[nameStart + nameLength..<nameStart + nameLength + extraLength])
    for k in 0..<2 where sizes[k] == 0xffff_ffff { sizes[k] = wide.popFirst() ?? -1 }
    if header == 0xffff_ffff { header = wide.popFirst() ?? -1 }
    name = String(decoding: bytes[nameStart..<nameStart + nameLength], as: UTF8.self)
    method = bytes.number(at: start + 10, 2)
    checksum = UInt32(bytes.number(at: start + 16, 4))
    size = sizes[0]
    storedSize = sizes[1]
    headerStart = header
  }

  private static func wideField(_ extra: ArraySlice<UInt8>) -> ArraySlice<Int> {
    let extra = Array(extra)
    var position = 0
    while position + 4 <= extra.count {
      let length = extra.number(at: position + 2, 2)
      let end = min(position + 4 + length, extra.count)
      if extra.number(at: position, 2) == 1 {
        return stride(from: position + 4, through: end - 8, by: 8).map { extra.number(at: $0, 8) }[
          ...]
      }
      position = end
    }
    return []
  }
}

extension [UInt8] {
  /// Whether there are `count` bytes at `start`, whatever numbers a file says.
  fileprivate func holds(_ count: Int, at start: Int) -> Bool {
    start >= 0 && count >= 0 && start <= self.count && count <= self.count - start
  }

  /// The little-endian number of `count` bytes at `start`.
  fileprivate func number(at start: Int, _ count: Int) -> Int {
    self[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
