internal import Tensors

/// The binary version of CIFAR-10: five files to train on and one to test on.
///
/// A file is records of 3,073 bytes: a label, then 1,024 bytes each of red, green and blue, row after
/// row. See https://www.cs.toronto.edu/~kriz/cifar.html.
struct CIFARFiles {
  static let archive = Archive(
    name: "CIFAR-10", url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    md5: "c32a1d4ab5d03f1284b67883e8d87530", bytes: 170_052_171, folder: "cifar-10-batches-bin")
  static let training = (1...5).map { "data_batch_\($0).bin" }
  static let test = "test_batch.bin"
  static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  private static let side = 32 * 32
  private static let record = 1 + 3 * side

  let folder: String
  let imagesPerFile: Int

  /// The files in `folder`, or in the folder `cifar-10-batches-bin` in it.
  init(in folder: String, imagesPerFile: Int) throws {
    let names = CIFARFiles.training + [CIFARFiles.test]
    let places = [folder, "\(folder)/\(CIFARFiles.archive.folder)"]
    guard let place = places.first(where: { Files.size("\($0)/\(names[0])") != nil }) else {
      throw DatasetError(CIFARFiles.absent(from: folder))
    }
    if let missing = names.first(where: { Files.size("\(place)/\($0)") == nil }) {
      throw DatasetError("CIFAR-10 in \(place) is not complete: \(missing) is missing.")
    }
    self.folder = place
    self.imagesPerFile = imagesPerFile
  }

  private static func absent(from folder: String) -> String {
    guard Files.isFolder(folder) else {
      return "There is no folder \(folder) to read CIFAR-10 from."
    }
    let pickled = [folder, "\(folder)/cifar-10-batches-py"].contains {
      Files.size("\($0)/data_batch_1") != nil
    }
    let hint =
      pickled
      ? " These are the files for Python; the binary version is needed (\(archive.url))."
      : " Unpack \(archive.url) there."
    return "There is no CIFAR-10 in \(folder): neither \(training[0]) nor "
      + "\(archive.folder)/\(training[0]).\(hint)"
  }

  /// All images, H, W, C: those to train on first, then those to test on.
  func read() throws -> Source {
    let names = CIFARFiles.training + [CIFARFiles.test]
    let total = names.count * imagesPerFile
    var labels: [Int32] = []
    labels.reserveCapacity(total)
    let pixels = try [UInt8](unsafeUninitializedCapacity: total * 3 * CIFARFiles.side) {
      buffer, count in
      for (place, name) in names.enumerated() {
        let bytes = try checked(name)
        let start = place * imagesPerFile * 3 * CIFARFiles.side
        interleave(bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[start...]))
        for image in 0..<imagesPerFile { labels.append(Int32(bytes[image * CIFARFiles.record])) }
      }
      count = total * 3 * CIFARFiles.side
    }
    return Source(pixels: .bytes(pixels, scale: 255), shape: [32, 32, 3], labels: labels)
  }

  /// The bytes of a file that has the right size and labels.
  private func checked(_ name: String) throws -> [UInt8] {
    let path = "\(folder)/\(name)"
    let bytes = try Files.read(path)
    let expected = imagesPerFile * CIFARFiles.record
    guard bytes.count == expected else {
      let kind = bytes.count < expected ? "truncated" : "too long"
      throw DatasetError(
        "\(path) is \(kind): \(bytes.count) bytes, expected \(expected) (\(imagesPerFile) images of "
          + "\(CIFARFiles.record) bytes). Unpack CIFAR-10 again.")
    }
    for image in 0..<imagesPerFile where bytes[image * CIFARFiles.record] > 9 {
      let offset = image * CIFARFiles.record
      throw DatasetError(
        "\(path) is corrupt: the label of image \(image), at byte \(offset), is \(bytes[offset]), "
          + "expected 0…9. Unpack CIFAR-10 again.")
    }
    return bytes
  }

  /// Puts the three planes of every image together, pixel by pixel.
  private func interleave(_ bytes: [UInt8], into out: UnsafeMutableBufferPointer<UInt8>) {
    let side = CIFARFiles.side
    bytes.withUnsafeBufferPointer { bytes in
      for image in 0..<imagesPerFile {
        let from = image * CIFARFiles.record + 1
        let to = image * 3 * side
        for pixel in 0..<side {
          out[to + 3 * pixel] = bytes[from + pixel]
          out[to + 3 * pixel + 1] = bytes[from + side + pixel]
          out[to + 3 * pixel + 2] = bytes[from + 2 * side + pixel]
        }
      }
    }
  }
}
