import Tensors

extension Checkpoint {
  /// Reads the arrays of a `.npz` file, as `numpy.savez` and `numpy.savez_compressed` write it; the
  /// metadata is empty.
  ///
  /// - Throws: ``CheckpointError`` saying what is wrong with the file or with which of its arrays.
  public init(npz path: String) throws(CheckpointError) {
    let file = try MappedFile(path)
    let archive = try ZipReader(try file.bytes(0..<file.size), path: path)
    var tensors: [String: Tensor] = [:]
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      tensors[name] = try Tensor(
        npy: archive.contents(of: entry)[...], name: "\(name) in \(path)")
    }
    self.init(tensors)
  }

  /// Writes the tensors to a `.npz` file that `numpy.load` reads, whole or not at all; the metadata
  /// is left out.
  ///
  /// - Throws: ``CheckpointError`` saying what kept it from being written.
  public func write(npz path: String) throws(CheckpointError) {
    let sorted = tensors.sorted { $0.key < $1.key }
    let size = sorted.reduce(0) { $0 + 4 * $1.value.count + 512 }
    let file = try OutputFile(replacing: path, byteCount: size, opening: OutputFile.create)
    var archive = ZipWriter()
    for (name, tensor) in sorted {
      let bytes = NumPyHeader.bytes(for: tensor.shape) + tensor.littleEndianBytes
      try file.write(
        archive.header("\(name).npy", size: bytes.count, checksum: ZipReader.checksum(bytes)))
      try file.write(bytes)
    }
    try file.write(archive.ending)
    try file.commit()
  }
}

extension Tensor {
  /// The scalars as they lie in memory.
  fileprivate var littleEndianBytes: [UInt8] {
    withUnsafeBuffer { Array(UnsafeRawBufferPointer($0)) }
  }
}
