/// The libraries that an object file asks to be linked with, as the compiler notes them in the
/// section `.swift1_autolink_entries` of an ELF file.
func autolinkEntries(ofObject bytes: [UInt8]) -> [String] {
  guard bytes.count > 64, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { return [] }
  func integer(at offset: Int, bytes width: Int) -> Int {
    guard offset >= 0, offset + width <= bytes.count else { return 0 }
    return (0..<width).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
  }
  let table = integer(at: 0x28, bytes: 8)
  let width = integer(at: 0x3a, bytes: 2)
  let count = integer(at: 0x3c, bytes: 2)
  func section(_ index: Int) -> (name: Int, offset: Int, size: Int) {
    let header = table + index * width
    return (
      integer(at: header, bytes: 4), integer(at: header + 0x18, bytes: 8),
      integer(at: header + 0x20, bytes: 8)
    )
  }
  let names = section(integer(at: 0x3e, bytes: 2)).offset
  let wanted = Array(".swift1_autolink_entries".utf8) + [0]
  for (name, offset, size) in (0..<count).map(section) {
    let start = names + name
    guard start + wanted.count <= bytes.count, offset + size <= bytes.count else { continue }
    guard bytes[start..<start + wanted.count].elementsEqual(wanted) else { continue }
    return bytes[offset..<offset + size].split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
  return []
}
