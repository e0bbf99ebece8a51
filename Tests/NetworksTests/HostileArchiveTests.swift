import Foundation
import Networks
import Tensors
import Testing

/// Archives whose numbers lie, those of 64 bits above all.
@Suite struct HostileArchiveTests {
  /// What this library writes has every number in 64 bits too.
  private static func archive(_ folder: String) throws -> (path: String, bytes: Data) {
    let path = "\(folder)/file.npz"
    try Checkpoint(["a": .ones([2, 3]), "b": .zeros([4])]).write(npz: path)
    return (path, try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private static func says(_ data: Data, _ path: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: path))
    return CheckpointTests.message { _ = try Checkpoint(npz: path) }
  }

  static let numbers: [[UInt8]] = [
    Array(repeating: 0xff, count: 8), Array(repeating: 0xff, count: 7) + [0x7f],
    Array(repeating: 0, count: 7) + [0x80], Array(repeating: 0, count: 7) + [0x7f],
    Array(repeating: 0, count: 8), [1, 0, 0, 0, 0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  ]

  /// Eight bytes anywhere are another number.
  @Test(arguments: numbers.indices) func noNumberIsBelieved(_ index: Int) throws {
    try CheckpointTests.inFolder { folder in
      let (path, whole) = try Self.archive(folder)
      for position in 0..<(whole.count - 8) {
        var damaged = whole
        damaged.replaceSubrange(position..<position + 8, with: Self.numbers[index])
        let says = try Self.says(damaged, path)
        #expect(says == "no error" || says.contains(path), "at \(position): \(says)")
      }
    }
  }

  @Test func everyTruncationIsNoticed() throws {
    try CheckpointTests.inFolder { folder in
      let (path, whole) = try Self.archive(folder)
      for count in 0..<whole.count {
        #expect(try Self.says(whole.prefix(count), path) != "no error", "\(count) bytes")
      }
    }
  }

  @Test func anArrayThatIsThereTwiceIsDamage() throws {
    try CheckpointTests.inFolder { folder in
      let (path, whole) = try Self.archive(folder)
      let twice = Data(whole.map { $0 })
      let name = Data("b.npy".utf8)
      var damaged = twice
      while let found = damaged.range(of: name) {
        damaged.replaceSubrange(found, with: Data("a.npy".utf8))
      }
      #expect(try Self.says(damaged, path) == "\(path) is damaged: it lists a.npy twice")
    }
  }

  @Test func whatIsNoArchiveIsNamed() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/file.npz"
      for data in [Data(), Data(count: 100_000)] {
        let says = try Self.says(data, path)
        #expect(says.contains("is no zip archive"), "\(says)")
      }
    }
  }
}
