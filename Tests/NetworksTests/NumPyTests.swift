import Foundation
import Networks
import Tensors
import Testing

@Suite struct NumPyTests {
  /// Puts a file that NumPy wrote into a folder, and hands over its path.
  static func withFile(_ base64: String, _ body: (String) throws -> Void) throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/file"
      try #require(Data(base64Encoded: base64)).write(to: URL(fileURLWithPath: path))
      try body(path)
    }
  }

  @Test func halfPrecisionIsExact() throws {
    try Self.withFile(NumPyFiles.half) {
      let tensor = try Tensor(npy: $0)
      #expect(tensor.shape == [2, 3])
      #expect(tensor.scalars == [1, 2.5, -3, 4, 5, 5.960464477539063e-08])
    }
  }

  @Test func doublesAreRounded() throws {
    try Self.withFile(NumPyFiles.double) {
      let tensor = try Tensor(npy: $0)
      #expect(tensor.scalars == [1, 2.5, -3, 4, 5, 6e-8])
    }
  }

  @Test func columnMajorArraysAreReordered() throws {
    try Self.withFile(NumPyFiles.columnMajor) {
      let tensor = try Tensor(npy: $0)
      #expect(tensor.shape == [2, 3, 4])
      #expect(tensor.scalars == (0..<24).map(Float.init))
    }
  }

  @Test func theOtherByteOrderIsRead() throws {
    try Self.withFile(NumPyFiles.bigEndian) {
      let tensor = try Tensor(npy: $0)
      #expect(tensor.scalars == [1, -2, 70000])
    }
  }

  @Test func aBooleanScalarIsOne() throws {
    try Self.withFile(NumPyFiles.boolean) {
      let tensor = try Tensor(npy: $0)
      #expect(tensor.shape.rank == 0 && tensor.scalars == [1])
    }
  }

  @Test func archivesAreRead() throws {
    try Self.withFile(NumPyFiles.stored) {
      let tensors = try Checkpoint(npz: $0).tensors
      let weights = try Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3])
      #expect(tensors["weights"] == weights)
      #expect(tensors["labels"]?.scalars == [3, 1])
    }
    try Self.withFile(NumPyFiles.compressed) {
      let tensors = try Checkpoint(npz: $0).tensors
      #expect(tensors["zeros"] == Tensor.zeros([40, 50]))
      #expect(tensors["labels"]?.scalars == [3, 1])
    }
  }

  @Test(arguments: [[], [0], [3], [2, 0, 4], [2, 3, 4]] as [[Int]])
  func whatIsWrittenComesBack(_ dims: [Int]) throws {
    var random = Random(seed: 3)
    let tensor = Tensor.normal(shape: Shape(dims), using: &random)
    try CheckpointTests.inFolder { folder in
      try tensor.write(npy: "\(folder)/a.npy")
      #expect(try Tensor(npy: "\(folder)/a.npy") == tensor)
      try Checkpoint(["ä/b": tensor, "c": .ones([2])]).write(npz: "\(folder)/a.npz")
      #expect(try Checkpoint(npz: "\(folder)/a.npz").tensors == ["ä/b": tensor, "c": .ones([2])])
    }
  }

  @Test func everyTruncationAndFlippedByteOfAnArchiveIsNoticedOrHarmless() throws {
    let whole = try #require(Data(base64Encoded: NumPyFiles.compressed))
    try Self.withFile(NumPyFiles.compressed) { path in
      let expected = try Checkpoint(npz: path).tensors
      for count in 0..<whole.count {
        try whole.prefix(count).write(to: URL(fileURLWithPath: path))
        #expect(throws: CheckpointError.self) { try Checkpoint(npz: path) }
      }
      for position in whole.indices {
        var damaged = whole
        damaged[position] ^= 0x55
        try damaged.write(to: URL(fileURLWithPath: path))
        // Dates and the like carry nothing; a changed name gives an array under another name.
        guard let read = try? Checkpoint(npz: path).tensors else { continue }
        #expect(read.values.allSatisfy { expected.values.contains($0) })
      }
    }
  }

  @Test func wholeNumbersThatWouldChangeAreRefused() throws {
    try CheckpointTests.inFolder { folder in
      let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }\n"
      let number = withUnsafeBytes(of: Int64(16_777_217).littleEndian) { Data($0) }
      let path = "\(folder)/big.npy"
      let start = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0])
      try (start + Data(header.utf8) + number).write(to: URL(fileURLWithPath: path))
      #expect(
        CheckpointTests.message { _ = try Tensor(npy: path) }
          == "\(path) holds 16777217, which 32-bit floats cannot hold exactly: keep whole numbers "
          + "within ±16777216")
    }
  }
}
