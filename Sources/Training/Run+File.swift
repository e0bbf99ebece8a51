import FoundationEssentials
public import Networks

extension Run {
  /// The format of files that this version writes, and the newest it reads.
  private static let format = 1

  /// Writes the run as one safetensors file.
  ///
  /// Parameters and running statistics are its tensors, network and record JSON among its metadata.
  /// An interrupted run keeps what it needs to be resumed.
  ///
  /// The file is written whole or not at all; an earlier one of that name is then replaced.
  ///
  /// - Throws: `CheckpointError` saying what kept it from being written, such as a full disk.
  public func save(to path: String) throws {
    let metadata = [
      "format": "offramp run", "version": "\(Self.format)",
      "network": try Self.json(network), "run": try Self.json(record),
    ]
    var file = Checkpoint(model.state(), metadata: metadata)
    try bookmark?.add(to: &file)
    try file.write(to: path)
  }

  /// Reads a run from a file.
  ///
  /// ```swift
  /// let run = try Run(contentsOf: "mixed-1.safetensors")
  /// let same = try Run(contentsOf: "mixed-1.safetensors", of: net)   // or an error
  /// ```
  ///
  /// - Parameter network: What the file must hold a run of; anything if nil.
  /// - Throws: `CheckpointError` if the file is absent, cut short or no safetensors file,
  ///   ``TrainingError`` if it holds no run, one of another network or of a newer format.
  public init(contentsOf path: String, of network: Network? = nil) throws {
    var file = try Checkpoint(contentsOf: path)
    try Self.checkFormat(of: file, path)
    let stored = try Self.decode(Network.self, "network", of: file, path)
    let record = try Self.decode(RunRecord.self, "run", of: file, path)
    if let network, network != stored {
      throw TrainingError(
        """
        \(path) holds a run of another network: \(Self.summary(stored)), expected \
        \(Self.summary(network)).
        """)
    }
    let bookmark = try Self.readable("resume", path) { try Bookmark(takingFrom: &file) }
    let model = try Model(stored, seed: record.seed)
    try model.load(file.tensors)
    self.init(model: model, record: record, data: nil, bookmark: bookmark)
  }

  private static func checkFormat(of file: Checkpoint, _ path: String) throws(TrainingError) {
    guard file.metadata["format"] == "offramp run" else {
      throw TrainingError(
        """
        \(path) holds \(file.tensors.count) tensors but no run: it was not written by \
        run.save(to:). Checkpoint(contentsOf:) reads the tensors.
        """)
    }
    let version = file.metadata["version"] ?? "none"
    guard let number = Int(version), number <= format else {
      throw TrainingError(
        """
        \(path) was written by a newer Offramp: it has format \(version), and this one reads \
        formats up to \(format). Update Offramp to read it.
        """)
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ key: String, of file: Checkpoint, _ path: String
  ) throws -> Value {
    try readable(key, path) {
      try JSONDecoder().decode(type, from: Data((file.metadata[key] ?? "").utf8))
    }
  }

  /// Turns a decoder's complaint about one key of the metadata into a sentence.
  private static func readable<Value>(
    _ key: String, _ path: String, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let error as DecodingError {
      throw TrainingError(
        "\(path): the \(key) among the metadata cannot be read: \(describe(error)).")
    }
  }

  /// What a decoder complains about, without the names of its types.
  private static func describe(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context), .keyNotFound(_, let context),
      .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.debugDescription
    @unknown default: "\(error)"
    }
  }

  private static func summary(_ network: Network) -> String {
    let count = network.elements.count
    return "\(network.name ?? "unnamed"), \(network.input) images, \(network.classes) classes, "
      + "\(count) element\(count == 1 ? "" : "s")"
  }
}
