import Foundation
import Networks
import Tensors
import Testing

/// Files whose numbers lie are errors that say what is wrong; none is a crash.
@Suite struct HostileFileTests {
  private static func safetensors(_ header: String, data: [UInt8] = []) throws -> String {
    var says = ""
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/file"
      try CheckpointTests.file(header, data: data).write(to: URL(fileURLWithPath: path))
      says = CheckpointTests.message { _ = try Checkpoint(contentsOf: path) }
    }
    return says
  }

  private static func entry(_ type: String, _ shape: String, _ from: Int, _ to: Int) -> String {
    #"{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(from),\#(to)]}"#
  }

  static let lies: [(header: String, says: String)] = [
    (
      #"{"a":\#(entry("U8", "9223372036854775807", 0, .max))}"#,
      "is cut short: its tensors need 9223372036854775807 bytes after the header and the file has 0"
    ),
    (
      #"{"a":\#(entry("F32", "0,1099511627776,1099511627776", 0, 0))}"#,
      "holds a of 0×1099511627776×1099511627776, which does not fit in memory"
    ),
    (
      #"{"a":\#(entry("F32", "4611686018427387904,4,0", 0, 0))}"#,
      "which does not fit in memory"
    ),
    (#"{"a":\#(entry("F32", "1", 0, 4)),"b":\#(entry("F32", "1", 2, 6))}"#, "do not follow"),
    (#"{"a":\#(entry("F32", "1", 4, 0))}"#, "does not say what a is"),
    (#"{"a":\#(entry("F32", "1", -4, 0))}"#, "does not say what a is"),
    (#"{"a":\#(entry("F32", "-1,-1", 0, 4))}"#, "does not say what a is"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, "does not say what a is"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, "does not say what a is"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e99]}}"#, "does not say what a is"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#,
      "does not say what a is"
    ),
    (#"{"a":3}"#, "does not say what a is"),
    (#"{"__metadata__":7}"#, "its __metadata__ is not a JSON object"),
    (#"{"a":\#(entry("F64", "1", 0, 4))}"#, "a of shape 1 has 4 bytes"),
    (#"{"\ud800":\#(entry("F32", "1", 0, 4))}"#, "its header is not a JSON object"),
  ]

  @Test(arguments: lies.indices) func aLyingHeaderIsNamed(_ index: Int) throws {
    let (header, expected) = Self.lies[index]
    let says = try Self.safetensors(header)
    #expect(says.contains(expected), "\(says)")
  }

  /// The format's own library puts wider types first, so an empty tensor may come before or after
  /// another one that begins at the same byte.
  @Test func emptyTensorsMayLieAnywhere() throws {
    let header =
      #"{"a":\#(Self.entry("F32", "1", 0, 4)),"z":\#(Self.entry("I64", "0", 0, 0)),"#
      + #""m":\#(Self.entry("F32", "2,0", 4, 4)),"n":\#(Self.entry("F32", "1", 4, 8))}"#
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/file"
      try CheckpointTests.file(header, data: [0, 0, 128, 63, 0, 0, 0, 64])
        .write(to: URL(fileURLWithPath: path))
      let tensors = try Checkpoint(contentsOf: path).tensors
      #expect(tensors["a"]?.scalars == [1] && tensors["n"]?.scalars == [2])
      #expect(tensors["z"]?.shape == [0] && tensors["m"]?.shape == [2, 0])
    }
  }

  @Test func everyFlippedByteOfAHeaderIsNoticedOrHarmless() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/file.safetensors"
      try Checkpoint(["a": .ones([2, 3]), "b": .zeros([0, 4])], metadata: ["k": "v"])
        .write(to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for position in 0..<(whole.count - 24) {
        for mask in [0x01, 0x10, 0x55, 0x80] as [UInt8] {
          var damaged = whole
          damaged[position] ^= mask
          try damaged.write(to: URL(fileURLWithPath: path))
          let says = CheckpointTests.message { _ = try Checkpoint(contentsOf: path) }
          #expect(says == "no error" || says.hasPrefix(path), "\(says)")
        }
      }
    }
  }

  /// A `.npy` file with this dictionary, and its numbers.
  private static func array(_ text: String, _ numbers: [UInt8] = [], version: UInt8 = 1) -> Data {
    let length = text.utf8.count
    let size: [UInt8] =
      [UInt8(length & 255), UInt8(length >> 8)] + (version == 1 ? [] : [0, 0])
    return Data([0x93] + Array("NUMPY".utf8) + [version, 0] + size) + Data(text.utf8)
      + Data(numbers)
  }

  private static func dictionary(_ shape: String, _ type: String = "<f4") -> String {
    "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }\n"
  }

  static let arrays: [(data: Data, says: String)] = [
    (array(dictionary("9223372036854775807,")), "is no NumPy array of numbers"),
    (array(dictionary("0, 1099511627776, 1099511627776")), "is no NumPy array of numbers"),
    (array(dictionary("-1,")), "is no NumPy array of numbers"),
    (array(dictionary("99999999999999999999,")), "is no NumPy array of numbers"),
    (array(dictionary("2, 2"), [0, 0, 0, 0]), "is cut short: an array of 2×2 needs 16 bytes"),
    (array(dictionary("1,"), [0, 0, 0, 0, 0]), "is too long: an array of 1 needs 4 bytes"),
    (array(dictionary("1,", "<c8"), [0, 0, 0, 0, 0, 0, 0, 0]), "NumPy's type <c8"),
    (array(dictionary("1,", ""), []), "NumPy's type "),
    (array("{'fortran_order': False, 'shape': (1,), }"), "is no NumPy array of numbers"),
    (array("{'descr': '<f4', 'fortran_order': False, 'shape': (1, }"), "is no NumPy array"),
    (array("", version: 2), "is no NumPy array of numbers"),
    (array("", version: 9), "does not begin like a .npy file"),
    (Data([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255]), "is cut short"),
    (Data(), "does not begin like a .npy file"),
  ]

  @Test(arguments: arrays.indices) func aLyingArrayIsNamed(_ index: Int) throws {
    let (data, expected) = Self.arrays[index]
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/file.npy"
      try data.write(to: URL(fileURLWithPath: path))
      let says = CheckpointTests.message { _ = try Tensor(npy: path) }
      #expect(says.contains(expected), "\(says)")
    }
  }

  /// Which of the two is meant nobody can tell.
  @Test func twoSpellingsOfOneNameAreAMistake() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/twice.safetensors"
      var checkpoint = try Checkpoint(contentsOf: WeightTests.path("cifar-projection"))
      let weight = try #require(checkpoint.tensors["conv1.weight"])
      checkpoint.tensors["module.conv1.weight"] = try weight * 2
      try checkpoint.write(to: path)
      let net = Network.resNet(depth: 8, classes: 4, input: [16, 16, 3], width: 4)
      let says = CheckpointTests.message { _ = try net.model(weights: path) }
      let expected = "there twice: module.conv1.weight, which is conv1.weight spelled otherwise"
      #expect(says.contains(expected), "\(says)")
    }
  }
}
