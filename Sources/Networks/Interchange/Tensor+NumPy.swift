public import Tensors

extension Tensor {
  /// Reads the array of a `.npy` file, as `numpy.save` writes it.
  ///
  /// Floats of 16, 32 and 64 bits, integers and booleans are read, in either byte order, row- or
  /// column-major; values become 32-bit floats.
  ///
  /// - Throws: ``CheckpointError`` saying what is wrong with the file, or which whole number in it is
  ///   too large for 32-bit floats to hold exactly (above 2²⁴).
  public init(npy path: String) throws(CheckpointError) {
    let file = try MappedFile(path)
    let bytes = try file.bytes(0..<file.size)
    self = try Tensor(npy: bytes[...], name: path)
  }

  /// Writes a `.npy` file that `numpy.load` reads, whole or not at all.
  ///
  /// - Throws: ``CheckpointError`` saying what kept it from being written.
  public func write(npy path: String) throws(CheckpointError) {
    let header = NumPyHeader.bytes(for: shape)
    let file = try OutputFile(
      replacing: path, byteCount: header.count + 4 * count, opening: OutputFile.create)
    try file.write(header)
    try file.write(self)
    try file.commit()
  }

  /// Reads an array from the bytes of a `.npy` file.
  init(npy bytes: ArraySlice<UInt8>, name: String) throws(CheckpointError) {
    let header = try NumPyHeader(bytes, name: name)
    let start = bytes.startIndex + header.dataStart
    guard bytes.endIndex - start == header.byteCount else {
      throw CheckpointError(
        "\(name) is \(bytes.endIndex - start < header.byteCount ? "cut short" : "too long"): an "
          + "array of \(header.shape) needs \(header.byteCount) bytes and the file has "
          + "\(bytes.endIndex - start)")
    }
    let numbers = bytes[start...]
    var lost: String?
    let stored = Tensor(shape: header.shape) { buffer in
      numbers.withUnsafeBytes {
        lost = header.type.convert($0, into: buffer, isBigEndian: header.isBigEndian)
      }
    }
    if let lost {
      throw CheckpointError(
        "\(name) holds \(lost), which 32-bit floats cannot hold exactly: keep whole numbers within "
          + "±16777216")
    }
    self = header.isColumnMajor ? stored.reordered : stored
  }

  /// The same array when its scalars lie with the first index running fastest.
  private var reordered: Tensor {
    let dims = shape.dims
    let steps = dims.indices.map { dims[..<$0].reduce(1, *) }
    return Tensor(shape: shape) { result in
      withUnsafeBuffer { scalars in
        var index = Array(repeating: 0, count: dims.count)
        for k in result.indices {
          result[k] = scalars[zip(index, steps).reduce(0) { $0 + $1.0 * $1.1 }]
          for axis in dims.indices.reversed() {
            index[axis] += 1
            if index[axis] < dims[axis] { break }
            index[axis] = 0
          }
        }
      }
    }
  }
}
