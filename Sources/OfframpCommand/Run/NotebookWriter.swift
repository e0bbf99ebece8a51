import JupyterProtocol

/// Writes JSON as Jupyter writes notebooks, so that saving one changes no line without need:
/// keys in order, one space a level, text as it is.
enum NotebookWriter {
  /// The document's bytes, ending in a newline.
  static func bytes(of document: JSON) -> [UInt8] {
    var bytes: [UInt8] = []
    write(document, level: 0, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private static func write(_ value: JSON, level: Int, to bytes: inout [UInt8]) {
    switch value {
    case .array(let elements) where !elements.isEmpty:
      write(elements, "[", "]", level: level, to: &bytes) { element, bytes in
        write(element, level: level + 1, to: &bytes)
      }
    case .object(let members) where !members.isEmpty:
      let sorted = members.sorted {
        $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
      }
      write(sorted, "{", "}", level: level, to: &bytes) { member, bytes in
        bytes += JSON.string(member.key).bytes
        bytes += ": ".utf8
        write(member.value, level: level + 1, to: &bytes)
      }
    default: bytes += value.bytes
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, level: Int, to bytes: inout [UInt8],
    each: (Element, inout [UInt8]) -> Void
  ) {
    bytes += open.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes += ",".utf8 }
      newLine(level + 1, to: &bytes)
      each(element, &bytes)
    }
    newLine(level, to: &bytes)
    bytes += close.utf8
  }

  private static func newLine(_ level: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level))
  }
}
