public import Tensors

/// The tensors in a safetensors file, each read when it is asked for.
///
/// ```swift
/// let file = try WeightFile("resnet18.safetensors")
/// file.names.prefix(3)                                   // bn1.bias, bn1.weight, conv1.weight
/// let filters = try file.tensor("conv1.weight")          // 64×3×7×7: only its bytes are read
/// ```
/// The header is read and checked at once, against the size of the file too. A tensor's bytes are
/// mapped while they are copied into memory of the engine's own, as 32-bit floats whatever the file
/// has; nothing else of the file is touched.
public struct WeightFile {
  /// The path it was opened with.
  public let path: String
  /// Words about the tensors, such as `format`: `pt`.
  public let metadata: [String: String]
  private let file: MappedFile
  private let entries: [String: SafetensorsHeader.Entry]
  private let dataStart: Int

  /// Opens a file and reads what tensors it has.
  ///
  /// - Throws: ``CheckpointError`` saying whether the file is absent, cut short, or no safetensors
  ///   file of numbers.
  public init(_ path: String) throws(CheckpointError) {
    self.path = path
    file = try MappedFile(path)
    let header = try SafetensorsHeader(reading: file)
    metadata = header.metadata
    dataStart = header.dataStart
    entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
  }

  /// The names of the tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// The shape of a tensor, or `nil` if the file has none of this name.
  public func shape(of name: String) -> Shape? { entries[name]?.shape }

  /// Reads one tensor.
  ///
  /// - Throws: ``CheckpointError`` if the file has no such tensor, became shorter since it was
  ///   opened, or holds a whole number that 32-bit floats cannot.
  public func tensor(_ name: String) throws(CheckpointError) -> Tensor {
    guard let entry = entries[name] else {
      throw file.error("has no tensor \(name); it has \(Self.some(names))")
    }
    return try file.tensor(entry, from: dataStart)
  }

  private static func some(_ names: [String]) -> String {
    names.isEmpty
      ? "none" : names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }
}
