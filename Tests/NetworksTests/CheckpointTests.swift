import Foundation
import Networks
import Tensors
import Testing

@Suite struct CheckpointTests {
  static let network = Network(input: [8, 8, 3], classes: 4, name: "Small") {
    Conv(8, kernel: 3); BatchNorm(); ReLU()
    Exit("early")
    Residual(16, stride: 2)
    Exit("late")
  }

  /// Runs `body` with a folder of its own.
  static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("offramp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  static func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func comesBackAsItWas() throws {
    try Self.inFolder { folder in
      let model = try Model(Self.network, seed: 5)
      var random = Random(seed: 1)
      _ = try model.logits(ModelTests.images(), training: .everything, random: &random)
      let path = "\(folder)/model.safetensors"
      try model.save(to: path, metadata: ["seed": "5", "note": "a \"quote\", \\ and\nÜ🙂"])
      let other = try Model(Self.network, seed: 6)
      try other.load(from: path)
      #expect(other.state() == model.state())
      #expect(
        try other.logits(ModelTests.images()).map(ModelTests.bits)
          == model.logits(ModelTests.images()).map(ModelTests.bits))
      let read = try Checkpoint(contentsOf: path)
      #expect(read.metadata == ["seed": "5", "note": "a \"quote\", \\ and\nÜ🙂"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.safetensors"])
    }
  }

  @Test func isTheFormatOthersRead() throws {
    try Self.inFolder { folder in
      let path = "\(folder)/two.safetensors"
      let tensors = [
        "b": try Tensor([1, 2], shape: [2]), "a": try Tensor([-0.5, 3, 7, 9], shape: [2, 2]),
      ]
      try Checkpoint(tensors, metadata: ["k": "v"]).write(to: path)
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect((8 + length) % 8 == 0)
      let header = String(decoding: data[8..<8 + length], as: UTF8.self)
      #expect(
        header.trimmingCharacters(in: .whitespaces)
          == #"{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
          + #""b":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}"#)
      let values = data[(8 + length)...].withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      #expect(values == [-0.5, 3, 7, 9, 1, 2])
    }
  }

  /// A header as another program writes it: other order, spaces, escapes, no metadata.
  @Test func readsWhatOthersWrite() throws {
    let header =
      #"{"w": {"shape": [ ], "data_offsets": [0, 4], "dtype": "F32"}, "\u00fc\ud83d\ude42": "#
      + #"{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]}} "#
    try Self.inFolder { folder in
      let path = "\(folder)/other.safetensors"
      try Self.file(header, data: [0, 0, 128, 63]).write(to: URL(fileURLWithPath: path))
      let read = try Checkpoint(contentsOf: path)
      #expect(read.tensors["w"]?.scalars == [1])
      #expect(read.tensors["ü🙂"]?.shape == [0, 3])
      #expect(read.metadata.isEmpty)
    }
  }

  static func file(_ header: String, data: [UInt8] = []) -> Data {
    let text = Array(header.utf8)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data)
  }

  static let damaged: [(String, Data)] = [
    ("is too short for a safetensors file: it has 0 bytes", Data()),
    ("is too short for a safetensors file: it has 7 bytes", Data(count: 7)),
    ("is no safetensors file: its header would have 0 bytes", Data(count: 8)),
    (
      "is no safetensors file: its header would have 18446744073709551615 bytes",
      Data(repeating: 255, count: 64)
    ),
    (
      "is cut short: its header needs 108 bytes and the file has 10",
      Data([100, 0, 0, 0, 0, 0, 0, 0, 32, 32])
    ),
    ("is no safetensors file: its header is not a JSON object", file("[1, 2]")),
    ("is no safetensors file: its header is not a JSON object", file(#"{"a": }"#)),
    (
      "is no safetensors file: its header is not a JSON object",
      file(String(repeating: "[", count: 100_000))
    ),
    (
      "is no safetensors file: its metadata \"epoch\" is not a text",
      file(#"{"__metadata__":{"epoch":3}}"#)
    ),
    ("is damaged: its header does not say what a is", file(#"{"a":{"dtype":"F32"}}"#)),
    (
      "holds a as F8_E4M3, which is not read: convert it to 32-bit floats first",
      file(#"{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"#, data: [0, 0])
    ),
    (
      "is damaged: a of shape 2×2 has 8 bytes",
      file(#"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,8]}}"#, data: [0, 0, 0, 0])
    ),
    (
      "is damaged: a of shape 4611686018427387904×4 has 8 bytes",
      file(#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#)
    ),
    (
      "is damaged: the bytes of a do not follow those before it",
      file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: [0, 0, 0, 0])
    ),
    (
      "is damaged: its tensors end after 66 bytes and the file has 67",
      file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0, 0])
    ),
    (
      "is damaged: its header lists a twice",
      file(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0])
    ),
  ]

  @Test func otherNumberTypesAreRead() throws {
    try Self.inFolder { folder in
      let path = "\(folder)/mixed.safetensors"
      let header =
        #"{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"#
        + #""h":{"dtype":"F16","shape":[1],"data_offsets":[4,6]},"#
        + #""i":{"dtype":"I64","shape":[1],"data_offsets":[6,14]}}"#
      let numbers: [UInt8] = [0x80, 0x3f, 0x20, 0xc1, 0x00, 0x3e, 7, 0, 0, 0, 0, 0, 0, 0]
      try Self.file(header, data: numbers).write(to: URL(fileURLWithPath: path))
      let tensors = try Checkpoint(contentsOf: path).tensors
      #expect(tensors["b"]?.scalars == [1, -10])
      #expect(tensors["h"]?.scalars == [1.5])
      #expect(tensors["i"]?.scalars == [7])
    }
  }

  @Test(arguments: damaged.indices) func damageIsNamed(_ index: Int) throws {
    let (says, data) = Self.damaged[index]
    try Self.inFolder { folder in
      let path = "\(folder)/damaged.safetensors"
      try data.write(to: URL(fileURLWithPath: path))
      #expect(Self.message { _ = try Checkpoint(contentsOf: path) } == "\(path) \(says)")
    }
  }

  @Test func everyTruncationIsNoticed() throws {
    try Self.inFolder { folder in
      let path = "\(folder)/whole.safetensors"
      try Model(Self.network, seed: 0).save(to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for count in stride(from: 0, to: whole.count, by: 97) {
        let cut = "\(folder)/cut.safetensors"
        try whole.prefix(count).write(to: URL(fileURLWithPath: cut))
        #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: cut) }
      }
    }
  }

  @Test func absentFilesAndFolders() {
    #expect(
      Self.message { _ = try Checkpoint(contentsOf: "/nowhere/a.safetensors") }
        == "/nowhere/a.safetensors could not be opened: No such file or directory")
    #expect(
      Self.message { _ = try Checkpoint(contentsOf: "/") } == "/ is not a file that holds tensors")
    #expect(
      Self.message { try Checkpoint([:]).write(to: "/nowhere/a.safetensors") }
        == "/nowhere/a.safetensors could not be written: No such file or directory")
  }

  @Test func anotherNetworksNumbersAreRefused() throws {
    let model = try Model(Self.network, seed: 5)
    let before = model.state()
    var state = before
    state["layers.0.weight"] = .zeros([8, 3, 5, 5])
    state["exits.0.1.bias"] = nil
    state["extra"] = .zeros([1])
    #expect(
      Self.message { try model.load(state) }
        == "The numbers are of another network than Small: 1 missing: exits.0.1.bias; "
        + "1 unexpected: extra; 1 of another shape: layers.0.weight (8×3×5×5, expected 8×3×3×3)")
    let other = try Model(.resNet20(), seed: 0).state()
    #expect(
      Self.message { try model.load(other) }.contains(
        "unexpected: exits.2.1.bias, exits.2.1.weight, layers.10.bn1.bias"))
    #expect(model.state() == before)
  }

  @Test func onlyAFileIsReplaced() throws {
    try Self.inFolder { folder in
      let checkpoint = Checkpoint(["a": .zeros([1])])
      #expect(
        Self.message { try checkpoint.write(to: folder) }
          == "\(folder) is a folder, and cannot be replaced by a file: give a file name")
      #expect(
        Self.message { try checkpoint.write(to: "/dev/null") }
          == "/dev/null is a device, a pipe or a socket, and cannot be replaced by a file: "
          + "give a file name")
    }
  }

  @Test func aLinkStaysALink() throws {
    try Self.inFolder { folder in
      let (path, link) = ("\(folder)/model.safetensors", "\(folder)/latest")
      try Checkpoint(["a": .zeros([1])]).write(to: path)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      try Checkpoint(["a": .ones([1])]).write(to: link)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
      #expect(try Checkpoint(contentsOf: path).tensors["a"]?.scalars == [1])
    }
  }

  @Test func aFullDiskKeepsTheEarlierFile() throws {
    try Self.inFolder { folder in
      let path = "\(folder)/model.safetensors"
      let model = try Model(Self.network, seed: 5)
      try model.save(to: path)
      let earlier = try Data(contentsOf: URL(fileURLWithPath: path))
      let large = Checkpoint(["a": .zeros([1000, 1000])])
      #expect(
        Self.message { try large.write(to: path) { _ in open("/dev/full", O_WRONLY) } }
          == "\(path) could not be written: its 4000080 bytes do not fit on the disk (No space "
          + "left on device); the file that was there is unchanged")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == earlier)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.safetensors"])
    }
  }
}
