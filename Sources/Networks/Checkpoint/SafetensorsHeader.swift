import Tensors

/// The header of a safetensors file: where each tensor lies, and the metadata.
///
/// A file is 8 bytes with the header's length, the header as JSON padded with spaces to a multiple
/// of 8, and the tensors' bytes one after the other.
struct SafetensorsHeader {
  /// One tensor: its bytes are `range` of the data that follows the header.
  struct Entry {
    let name: String
    let type: ScalarType
    let shape: Shape
    let range: Range<Int>
  }

  /// Headers above this size are refused, as the format's own library does.
  static let largest = 100_000_000

  /// The tensors in the order of their bytes.
  let entries: [Entry]
  let metadata: [String: String]
  /// Where the first tensor begins, from the beginning of the file.
  let dataStart: Int
  /// The length and the JSON text, as they stand in the file.
  let bytes: [UInt8]

  /// The size of the whole file.
  var fileSize: Int { dataStart + (entries.last?.range.upperBound ?? 0) }

  /// The header for `tensors`, sorted by name, so that equal contents give equal files.
  init(_ tensors: [String: Tensor], metadata: [String: String]) {
    var entries: [Entry] = []
    var offset = 0
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let end = offset + 4 * tensor.shape.count
      entries.append(Entry(name: name, type: .float32, shape: tensor.shape, range: offset..<end))
      offset = end
    }
    var text = Array(Self.json(entries, metadata).serialized.utf8)
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    let length = UInt64(text.count)
    bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
    dataStart = bytes.count
    self.entries = entries
    self.metadata = metadata
  }

  private static func json(_ entries: [Entry], _ metadata: [String: String]) -> JSON {
    let words = metadata.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
    let tensors = entries.map { entry -> (String, JSON) in
      let fields: [(String, JSON)] = [
        ("dtype", .string("F32")),
        ("shape", .array(entry.shape.dims.map(JSON.integer))),
        (
          "data_offsets",
          .array([.integer(entry.range.lowerBound), .integer(entry.range.upperBound)])
        ),
      ]
      return (entry.name, .object(fields))
    }
    return .object((words.isEmpty ? [] : [("__metadata__", .object(words))]) + tensors)
  }

  /// Reads and checks the header of `file`.
  init(reading file: MappedFile) throws(CheckpointError) {
    guard file.size >= 8 else {
      throw file.error("is too short for a safetensors file: it has \(file.size) bytes")
    }
    let start = try file.bytes(0..<8)
    guard !Self.isPyTorch(start) else {
      throw file.error(
        "is a file of PyTorch's own: write its tensors with safetensors.torch.save_file(torch.load("
          + "path), other_path), and read that")
    }
    let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= Self.largest else {
      throw file.error("is no safetensors file: its header would have \(length) bytes")
    }
    let count = Int(length)
    guard file.size >= 8 + count else {
      throw file.error(
        "is cut short: its header needs \(8 + count) bytes and the file has \(file.size)")
    }
    bytes = try file.bytes(0..<8 + count)
    dataStart = bytes.count
    guard let json = JSON(parsing: bytes[8...]), case .object(let fields) = json else {
      throw file.error("is no safetensors file: its header is not a JSON object")
    }
    metadata = try Self.metadata(fields, file)
    entries = try Self.entries(fields, file)
    try checkRanges(file)
  }

  /// Whether a file begins as `torch.save` lets it: a zip archive, or a pickle of old.
  private static func isPyTorch(_ start: [UInt8]) -> Bool {
    start.starts(with: Array("PK\u{3}\u{4}".utf8)) || start.starts(with: [0x80, 0x02, 0x8A, 0x0A])
  }

  private static func metadata(
    _ fields: [(String, JSON)], _ file: MappedFile
  ) throws(CheckpointError) -> [String: String] {
    guard let value = fields.first(where: { $0.0 == "__metadata__" })?.1 else { return [:] }
    guard case .object(let words) = value else {
      throw file.error("is no safetensors file: its __metadata__ is not a JSON object")
    }
    var metadata: [String: String] = [:]
    for (key, value) in words {
      guard case .string(let text) = value else {
        throw file.error("is no safetensors file: its metadata \"\(key)\" is not a text")
      }
      metadata[key] = text
    }
    return metadata
  }

  private static func entries(
    _ fields: [(String, JSON)], _ file: MappedFile
  ) throws(CheckpointError) -> [Entry] {
    var entries: [Entry] = []
    var names: Set<String> = []
    for (name, value) in fields where name != "__metadata__" {
      guard names.insert(name).inserted else {
        throw file.error("is damaged: its header lists \(name) twice")
      }
      entries.append(try Entry(name, value, file))
    }
    // An empty tensor lies before the one whose bytes begin where it stands.
    return entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
  }

  /// The tensors' bytes follow one another without gaps, to the end of the file.
  private func checkRanges(_ file: MappedFile) throws(CheckpointError) {
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw file.error("is damaged: the bytes of \(entry.name) do not follow those before it")
      }
      end = entry.range.upperBound
    }
    guard file.size - dataStart >= end else {
      throw file.error(
        "is cut short: its tensors need \(end) bytes after the header and the file has "
          + "\(file.size - dataStart)")
    }
    guard file.size == fileSize else {
      throw file.error(
        "is damaged: its tensors end after \(fileSize) bytes and the file has \(file.size)")
    }
  }
}

extension SafetensorsHeader.Entry {
  /// Reads `{"dtype":"F32","shape":[…],"data_offsets":[begin,end]}`.
  init(_ name: String, _ value: JSON, _ file: MappedFile) throws(CheckpointError) {
    guard let typeName = value["dtype"]?.text, let shape = value["shape"]?.integers,
      let offsets = value["data_offsets"]?.integers, offsets.count == 2,
      offsets[0] >= 0, offsets[1] >= offsets[0], shape.allSatisfy({ $0 >= 0 })
    else {
      throw file.error("is damaged: its header does not say what \(name) is")
    }
    guard let type = ScalarType(rawValue: typeName) else {
      throw file.error(
        "holds \(name) as \(typeName), which is not read: convert it to 32-bit floats first")
    }
    var count = type.size
    for side in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: side)
      count = overflow ? -1 : product
    }
    guard offsets[1] - offsets[0] == count else {
      throw file.error(
        "is damaged: \(name) of shape \(Shape(shape)) has \(offsets[1] - offsets[0]) bytes")
    }
    self.name = name
    self.type = type
    self.shape = Shape(shape)
    range = offsets[0]..<offsets[1]
  }
}
