import Datasets
import Glibc
import Tensors
import Testing

@Suite struct CIFARTests {
  /// Files of the official layout with a few images: red counts up, green is the label, blue is 9.
  private func write(
    _ images: Int, in folder: TemporaryFolder, under name: String = "",
    label: (Int, Int) -> UInt8 = { UInt8(($0 + $1) % 10) }
  ) throws {
    if !name.isEmpty { folder.makeFolder(name) }
    let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
    for (file, fileName) in names.enumerated() {
      var bytes: [UInt8] = []
      for image in 0..<images {
        let label = label(file, image)
        bytes.append(label)
        bytes += (0..<1024).map { UInt8($0 % 256) }
        bytes += Array(repeating: label, count: 1024)
        bytes += Array(repeating: 9, count: 1024)
      }
      try folder.write(bytes, to: name.isEmpty ? fileName : "\(name)/\(fileName)")
    }
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch let error as DatasetError { return error.message } catch {}
    return "no error"
  }

  @Test func planesBecomePixels() throws {
    let folder = try TemporaryFolder()
    try write(20, in: folder)
    let data = try Dataset.cifar10(folder: folder.path, imagesPerFile: 20)
    #expect(data.shape == [32, 32, 3])
    #expect([data.train.count, data.validation.count, data.test.count] == [90, 10, 20])
    #expect(data.test.indices == Array(100..<120))
    #expect(data.test.labels == (0..<20).map { Int32(($0 + 5) % 10) })
    let pixels = data.test.pixels(3).map { Int(($0 * 255).rounded()) }
    #expect(Array(pixels[0..<6]) == [0, 8, 9, 1, 8, 9])
    #expect(Array(pixels[(3 * 300)..<(3 * 300 + 3)]) == [44, 8, 9])
    #expect(data.validation.counts(classes: 10) == Array(repeating: 1, count: 10))
  }

  @Test func theFolderAboveWillDo() throws {
    let folder = try TemporaryFolder()
    try write(10, in: folder, under: "cifar-10-batches-bin")
    #expect(try Dataset.cifar10(folder: folder.path, imagesPerFile: 10).train.count == 45)
  }

  @Test func aTruncatedFileIsNamed() throws {
    let folder = try TemporaryFolder()
    try write(10, in: folder)
    try folder.write([1, 2, 3], to: "data_batch_4.bin")
    let text = message { _ = try Dataset.cifar10(folder: folder.path, imagesPerFile: 10) }
    #expect(
      text == "\(folder.path)/data_batch_4.bin is truncated: 3 bytes, expected 30730 (10 images of "
        + "3073 bytes). Unpack CIFAR-10 again.")
    #expect(message { _ = try Dataset.cifar10(folder.path) }.contains("expected 30730000"))
  }

  @Test func aCorruptLabelIsNamed() throws {
    let folder = try TemporaryFolder()
    try write(10, in: folder) { file, image in file == 5 && image == 7 ? 77 : 1 }
    let text = message { _ = try Dataset.cifar10(folder: folder.path, imagesPerFile: 10) }
    #expect(
      text == "\(folder.path)/test_batch.bin is corrupt: the label of image 7, at byte 21511, is "
        + "77, expected 0…9. Unpack CIFAR-10 again.")
  }

  @Test func whatIsMissingIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect(message { _ = try Dataset.cifar10("/nowhere") }.contains("no folder /nowhere"))
    #expect(message { _ = try Dataset.cifar10(folder.path) }.contains("Unpack https://"))
    try folder.write([], to: "data_batch_1")
    #expect(message { _ = try Dataset.cifar10(folder.path) }.contains("files for Python"))
    try folder.write([], to: "data_batch_1.bin")
    #expect(
      message { _ = try Dataset.cifar10(folder.path) }.contains("data_batch_2.bin is missing"))
    #expect(throws: DatasetError.self) { try Dataset.cifar10(folder.path, validation: 1) }
  }

  /// The real files, where a machine has them.
  @Test(.enabled(if: getenv("OFFRAMP_CIFAR10") != nil))
  func theRealFilesAreRead() throws {
    let folder = try #require(getenv("OFFRAMP_CIFAR10"))
    let data = try Dataset.cifar10(String(cString: folder))
    #expect(data.train.count == 45_000)
    #expect(data.test.counts(classes: 10) == Array(repeating: 1000, count: 10))
    for (a, b) in zip(data.normalization.mean, [0.4914, 0.4822, 0.4465] as [Float]) {
      #expect(abs(a - b) < 2e-3)
    }
    for (a, b) in zip(data.normalization.deviation, [0.2470, 0.2435, 0.2616] as [Float]) {
      #expect(abs(a - b) < 2e-3)
    }
  }
}
