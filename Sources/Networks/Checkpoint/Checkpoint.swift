public import Tensors

/// Named tensors and a few words about them, in one safetensors file.
///
/// ```swift
/// try Checkpoint(model.state(), metadata: ["seed": "0"]).write(to: "run.safetensors")
/// try model.load(Checkpoint(contentsOf: "run.safetensors").tensors)
/// ```
///
/// safetensors is the plain format of the Python world: a JSON header, then little-endian numbers.
/// `safetensors.numpy.load_file` reads what this writes; values are written as 32-bit floats. Numbers
/// of other types (half precision, bfloat16, double, integers) are read as 32-bit floats.
public struct Checkpoint: Sendable {
  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// Words about them, such as the seed or the network as JSON.
  public var metadata: [String: String]

  /// A checkpoint of the given tensors.
  public init(_ tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a whole file; ``WeightFile`` reads one tensor of it.
  ///
  /// - Throws: ``CheckpointError`` saying whether the file is absent, cut short, or no safetensors
  ///   file of numbers.
  public init(contentsOf path: String) throws(CheckpointError) {
    let file = try WeightFile(path)
    metadata = file.metadata
    tensors = [:]
    for name in file.names { tensors[name] = try file.tensor(name) }
  }

  /// Writes the file whole or not at all.
  ///
  /// The numbers go to a file beside it, which then takes its name: whatever happens on the way, a
  /// power cut included, `path` holds either what it held before or all of this.
  ///
  /// - Throws: ``CheckpointError`` saying what kept it from being written; the earlier file, if
  ///   there was one, is unchanged.
  public func write(to path: String) throws(CheckpointError) {
    try write(to: path, opening: OutputFile.create)
  }

  /// Writes with another way of creating the temporary file, so that faults can be tried.
  package func write(
    to path: String, opening create: (String) -> Int32
  ) throws(CheckpointError) {
    let header = SafetensorsHeader(tensors, metadata: metadata)
    let file = try OutputFile(replacing: path, byteCount: header.fileSize, opening: create)
    try file.write(header.bytes)
    for entry in header.entries {
      if let tensor = tensors[entry.name] { try file.write(tensor) }
    }
    try file.commit()
  }
}

extension Model {
  /// Writes parameters and running statistics to a safetensors file, whole or not at all.
  public func save(to path: String, metadata: [String: String] = [:]) throws(CheckpointError) {
    try Checkpoint(state(), metadata: metadata).write(to: path)
  }

  /// Reads parameters and running statistics from a safetensors file of the same network.
  ///
  /// - Throws: ``CheckpointError``; the model is then as it was.
  public func load(from path: String) throws(CheckpointError) {
    try load(Checkpoint(contentsOf: path).tensors)
  }
}
