import Foundation
import Networks
import Tensors
import Testing

@Suite struct MappedFileTests {
  /// A header for two tensors: `huge` of 2³⁸ numbers, then `small` of 4.
  static func sparse(_ path: String) throws -> Int {
    let huge = 1 << 40
    var header =
      "{\"huge\":{\"dtype\":\"F32\",\"shape\":[\(huge / 4)],\"data_offsets\":[0,\(huge)]},"
      + "\"small\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[\(huge),\(huge + 16)]}}"
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let count = header.utf8.count
    let start = withUnsafeBytes(of: UInt64(count).littleEndian) { Data($0) } + Data(header.utf8)
    try start.write(to: URL(fileURLWithPath: path))
    try #require(truncate(path, 8 + count + huge + 16) == 0)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(8 + count + huge))
    let numbers: [Float] = [1, -2, 3, 4.5]
    try file.write(contentsOf: numbers.withUnsafeBytes { Data($0) })
    try file.close()
    return 8 + count
  }

  /// A file of a terabyte, holes for the most part: reading one small tensor takes none of it.
  @Test func oneTensorOfAHugeFileCostsItsPages() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/huge.safetensors"
      _ = try Self.sparse(path)
      let before = Self.peakMemory
      let file = try WeightFile(path)
      #expect(file.names == ["huge", "small"])
      #expect(file.shape(of: "huge") == [1 << 38])
      #expect(try file.tensor("small").scalars == [1, -2, 3, 4.5])
      #expect(Self.peakMemory - before < 1 << 24)
      #expect(
        CheckpointTests.message { _ = try file.tensor("huge") }
          == "\(path) holds huge of \(Shape([1 << 38])), which does not fit in memory")
    }
  }

  /// Cut short between opening and reading: a sentence, where a plain mapping would end the process.
  @Test func aFileThatShrinksIsASentence() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/shrinking.safetensors"
      try Checkpoint(["a": .ones([5000]), "b": .ones([5000])]).write(to: path)
      let file = try WeightFile(path)
      let size = try #require(try? Data(contentsOf: URL(fileURLWithPath: path))).count
      try #require(truncate(path, size - 4) == 0)
      #expect(try file.tensor("a") == .ones([5000]))
      #expect(
        CheckpointTests.message { _ = try file.tensor("b") }
          == "\(path) was cut short since it was opened: it had \(size) bytes and now has "
          + "\(size - 4); read it again")
      #expect(CheckpointTests.message { _ = try WeightFile(path) }.contains("is cut short"))
      try #require(truncate(path, 0) == 0)
      #expect(CheckpointTests.message { _ = try file.tensor("a") }.contains("now has 0"))
    }
  }

  /// A file that is replaced stays readable: the earlier one lives until it is let go.
  @Test func aReplacedFileIsReadAsItWas() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/replaced.safetensors"
      try Checkpoint(["a": .ones([3])]).write(to: path)
      let file = try WeightFile(path)
      try Checkpoint(["a": .zeros([3])]).write(to: path)
      #expect(try file.tensor("a") == .ones([3]))
      #expect(try WeightFile(path).tensor("a") == .zeros([3]))
    }
  }

  /// Tensors of every length, so at every distance from a page's beginning.
  @Test func tensorsLieAnywhere() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/lengths.safetensors"
      let lengths = [0, 1, 3, 1021, 1024, 1027, 4096, 9001]
      let tensors = Dictionary(
        uniqueKeysWithValues: lengths.map { length in
          (
            "t\(length)",
            Tensor(shape: [length]) { for i in $0.indices { $0[i] = Float(length + i) } }
          )
        })
      try Checkpoint(tensors).write(to: path)
      let file = try WeightFile(path)
      for name in file.names { #expect(try file.tensor(name) == tensors[name], "\(name)") }
      #expect(try Checkpoint(contentsOf: path).tensors == tensors)
    }
  }

  /// The most memory this process has held, in bytes.
  static var peakMemory: Int {
    var usage = rusage()
    getrusage(0, &usage)  // 0 is RUSAGE_SELF, which Swift imports as another type
    return usage.ru_maxrss * 1024
  }
}
