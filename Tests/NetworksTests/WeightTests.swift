import Foundation
import Networks
import Tensors
import Testing

/// Networks with the weights of files that PyTorch wrote, stored by Tests/fixtures/weights.py.
@Suite struct WeightTests {
  /// A file, a network that it fits, and whose names it has.
  struct Published: Sendable, CustomTestStringConvertible {
    let file: String
    let network: Network
    let names: WeightNames
    var testDescription: String { file }
  }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "fixtures/weights"
    ).path

  static func path(_ file: String) -> String { "\(folder)/\(file).safetensors" }

  static let all = [
    Published(
      file: "resnet-basic",
      network: Network(input: [32, 32, 3], classes: 5) {
        Conv(4, kernel: 7, stride: 2); BatchNorm(); ReLU(); MaxPool(3, stride: 2, padding: 1)
        Residual(4); Residual(4); Exit(); Residual(8, stride: 2); Exit()
        Residual(16, stride: 2); Exit(); Residual(32, stride: 2); Exit()
      }, names: .torchvision),
    Published(
      file: "resnet-bottleneck",
      network: Network(input: [32, 32, 3], classes: 5) {
        Conv(8, kernel: 7, stride: 2); BatchNorm(); ReLU(); MaxPool(3, stride: 2, padding: 1)
        Bottleneck(2); Exit(); Bottleneck(4, stride: 2); Exit()
        Bottleneck(8, stride: 2); Bottleneck(8); Exit(); Bottleneck(16, stride: 2); Exit()
      }, names: .torchvision),
    Published(
      file: "cifar-padding",
      network: .resNet(
        depth: 14, classes: 4, input: [16, 16, 3], shortcut: .padding, width: 4),
      names: .torchvision),
    Published(
      file: "cifar-projection",
      network: .resNet(depth: 8, classes: 4, input: [16, 16, 3], width: 4), names: .torchvision),
    Published(
      file: "cifar-shortcut",
      network: .resNet(depth: 8, classes: 4, input: [16, 16, 3], width: 4), names: .torchvision),
    mobileNet, efficientNet,
    Published(file: "vit-timm", network: vit, names: .timm),
    Published(file: "vit-torchvision", network: vit, names: .torchvision),
    Published(file: "vit-huggingface", network: vit, names: .huggingFace),
    Published(file: "t2t-performer", network: t2t(.performer), names: .timm),
    Published(file: "t2t-transformer", network: t2t(.transformer), names: .timm),
    Published(file: "bert", network: bert(nil), names: .huggingFace),
    Published(file: "bert-pairs", network: bert(2), names: .huggingFace),
  ]

  static let vit = Network.vit(
    input: [16, 16, 3], classes: 4, patch: 4, width: 12, depth: 2, heads: 3, hidden: 24,
    exits: [1], epsilon: 1e-6)

  static func t2t(_ tokens: Network.TokenMixing) -> Network {
    .t2tViT(
      input: [32, 32, 3], classes: 4, width: 12, depth: 2, heads: 3, hidden: 20, tokens: tokens,
      tokenWidth: 8)
  }

  static func bert(_ separator: Int?) -> Network {
    .bert(
      tokens: 7, vocabulary: 11, classes: 3, width: 12, depth: 2, heads: 3, hidden: 20,
      positions: 9, separator: separator)
  }

  static let mobileNet = Published(
    file: "mobilenet",
    network: Network(input: [32, 32, 3], classes: 4) {
      let norm = BatchNorm(momentum: 0.01, epsilon: 1e-3)
      Conv(8, kernel: 3, stride: 2); norm; HardSwish()
      InvertedBottleneck(
        8, expanded: 8, stride: 2, squeeze: SqueezeExcite(8, gate: .hardSigmoid),
        activation: .relu, norm: norm)
      Exit()
      InvertedBottleneck(16, expanded: 24, stride: 2, activation: .relu, norm: norm)
      InvertedBottleneck(
        16, expanded: 32, kernel: 5, squeeze: SqueezeExcite(8, gate: .hardSigmoid),
        activation: .hardSwish, norm: norm)
      Conv(96, kernel: 1); norm; HardSwish()
      Exit {
        GlobalPool(); Dense(16); HardSwish(); Dropout(0.2); Dense(4)
      }
    }, names: .torchvision)

  static let efficientNet = Published(
    file: "efficientnet",
    network: Network(input: [32, 32, 3], classes: 4) {
      Conv(8, kernel: 3, stride: 2); BatchNorm(); SiLU()
      inverted(8, 8, 1, 3, 2); inverted(16, 24, 2, 3, 2); inverted(16, 48, 1, 3, 4)
      Exit()
      inverted(16, 32, 1, 5, 4)
      Conv(24, kernel: 1); BatchNorm(); SiLU()
      Exit {
        GlobalPool(); Dropout(0.2); Dense(4)
      }
    }, names: .torchvision)

  static func inverted(
    _ width: Int, _ expanded: Int, _ stride: Int, _ kernel: Int, _ squeezed: Int
  ) -> InvertedBottleneck {
    InvertedBottleneck(
      width, expanded: expanded, kernel: kernel, stride: stride,
      squeeze: SqueezeExcite(squeezed, activation: .silu), activation: .silu)
  }

  static func input(_ network: Network) -> Tensor {
    guard network.vocabulary == nil else {
      return Tensor(shape: network.input.batched(3)) { buffer in
        for i in buffer.indices { buffer[i] = Float((7 * i + 3) % 11) }
      }
    }
    return BackboneTests.images(2, network.input[0])
  }

  static func expected(_ file: String) throws -> [Double] {
    let words = try WeightFile(path(file)).metadata["logits"] ?? ""
    return words.split(separator: " ").compactMap { Double($0) }
  }

  @Test(arguments: all) func logitsAreThoseOfPyTorch(_ published: Published) throws {
    let path = Self.path(published.file)
    let model = try published.network.model(weights: path)
    let logits = try #require(try model.logits(Self.input(published.network)).last)
    let expected = try Self.expected(published.file)
    #expect(BackboneTests.close(logits.scalars, expected), "\(logits.scalars) \(expected)")
    let loaded = try #require(model.loadedWeights)
    #expect(loaded.names == published.names)
    #expect(loaded.initialExits == model.plan.exits.dropLast().map(\.name))
    let state = try Checkpoint(contentsOf: path).tensors.keys
    #expect(loaded.tensorCount == state.count { !$0.hasSuffix("num_batches_tracked") })
    #expect("\(loaded)".contains("heads of"))
  }

  @Test(arguments: all) func headsBeforeTheLastAreInitial(_ published: Published) throws {
    let fresh = try Model(published.network, seed: 3).state()
    let model = try published.network.model(
      weights: Self.path(published.file), names: published.names, seed: 3)
    for (name, value) in model.state() {
      let isEarly = (0..<model.exitCount - 1).contains { name.hasPrefix("exits.\($0).") }
      #expect((value == fresh[name]) == isEarly, "\(name)")
    }
  }

  /// What is written under another library's names is found again, early heads included.
  @Test(arguments: all) func statesComeBack(_ published: Published) throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/state.safetensors"
      let model = try Model(published.network, seed: 5)
      try Checkpoint(model.state(names: published.names)).write(to: path)
      let again = try published.network.model(weights: path, seed: 6)
      #expect(again.loadedWeights?.names == published.names)
      #expect(again.loadedWeights?.initialExits == [])
      #expect(again.state() == model.state())
      try model.save(to: path)
      #expect(try published.network.model(weights: path).loadedWeights?.names == .own)
    }
  }

  /// A full-size network, and what it is called in published.txt.
  struct FullSize: Sendable, CustomTestStringConvertible {
    let names: WeightNames
    let file: String
    let network: Network
    var testDescription: String { "\(names.rawValue) \(file)" }

    init(_ names: WeightNames, _ file: String, _ network: Network) {
      (self.names, self.file, self.network) = (names, file, network)
    }
  }

  static let fullSize = [
    FullSize(.torchvision, "resnet18", .resNet18(classes: 1000, stem: .imageNet)),
    FullSize(.timm, "resnet18", .resNet18(classes: 1000, stem: .imageNet)),
    FullSize(.torchvision, "resnet34", .resNet34(classes: 1000, stem: .imageNet)),
    FullSize(.torchvision, "resnet50", .resNet50(classes: 1000, stem: .imageNet)),
    FullSize(.torchvision, "mobilenet_v3_small", .mobileNetV3(.small)),
    FullSize(.torchvision, "mobilenet_v3_large", .mobileNetV3(.large)),
    FullSize(.torchvision, "efficientnet_b0", .efficientNet()),
    FullSize(.torchvision, "efficientnet_b4", .efficientNet(width: 1.4, depth: 1.8)),
    FullSize(.torchvision, "vit_b_16", .vit(.base)),
    FullSize(.timm, "vit_tiny_patch16_224", .vit(.tiny)),
    FullSize(.timm, "vit_base_patch16_224", .vit(.base)),
    FullSize(.huggingFace, "bert-base-uncased", .bert()),
    FullSize(.timm, "t2t_vit_7", .t2tViT()),
    FullSize(
      .timm, "t2t_vit_t_14",
      .t2tViT(width: 384, depth: 14, heads: 6, hidden: 1152, tokens: .transformer)),
  ]

  /// Name and sizes of every tensor, by their hash.
  @Test(arguments: fullSize) func namesAreThePublishedOnes(_ full: FullSize) throws {
    let text = try String(contentsOfFile: "\(Self.folder)/published.txt", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(full.testDescription) ") }
    let shapes = try full.network.plan().weightShapes(names: full.names)
      .filter { !$0.key.hasPrefix("exits.") }
    let lines = shapes.sorted { $0.key < $1.key }.map { name, shape in
      "\(name) \(shape.dims.map(String.init).joined(separator: "x"))\n"
    }
    let hash = lines.joined().utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    let hex = String(hash, radix: 16)
    let padded = String(repeating: "0", count: 16 - hex.count) + hex
    #expect(line.map(String.init) == "\(full.testDescription) \(shapes.count) \(padded)")
  }

  @Test func otherClassesKeepAFreshClassifier() throws {
    let net = Network.resNet(depth: 8, classes: 7, input: [16, 16, 3], width: 4)
    let path = Self.path("cifar-projection")
    let message = CheckpointTests.message { _ = try net.model(weights: path) }
    #expect(
      message.contains("fc.weight is 4×16 in the file and 7×16 here, for exits.2.1.weight"))
    #expect(message.contains("pass classifier: .fresh"))
    let model = try net.model(weights: path, classifier: .fresh, seed: 2)
    let fresh = try Model(net, seed: 2).state()
    #expect(model.state()["exits.2.1.weight"] == fresh["exits.2.1.weight"])
    #expect(model.state()["layers.0.weight"] != fresh["layers.0.weight"])
    #expect(model.loadedWeights?.hasFreshClassifier == true)
  }

  /// One error lists all that is missing, left over and misshapen, and the model stays as it was.
  @Test func everyMismatchIsListed() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/damaged.safetensors"
      var checkpoint = try Checkpoint(contentsOf: Self.path("vit-timm"))
      checkpoint.tensors["blocks.0.norm1.bias"] = nil
      checkpoint.tensors["norm.weight"] = nil
      checkpoint.tensors["pos_embed"] = .zeros([1, 5, 12])
      checkpoint.tensors["blocks.1.attn.qkv.weight"] = .zeros([36, 11])
      checkpoint.tensors["blocks.2.norm1.bias"] = .zeros([12])
      checkpoint.tensors["dist_token"] = .zeros([1, 1, 12])
      try checkpoint.write(to: path)
      let model = try Model(Self.vit, seed: 1)
      let before = model.state()
      let message = CheckpointTests.message { _ = try model.load(weights: path) }
      for line in [
        "missing: blocks.0.norm1.bias (12), for layers.3.norm1.bias",
        "missing: norm.weight (12), for exits.1.1.weight", "left over: blocks.2.norm1.bias (12)",
        "left over: dist_token (1×1×12)",
        "of another shape: pos_embed is 1×5×12 in the file and 1×17×12 here, for layers.2.weight",
        "of another shape: blocks.1.attn.qkv.weight is 36×11 in the file and 36×12 here, for "
          + "layers.4.attn.qkv.weight",
      ] {
        #expect(message.contains("\n  \(line)"), "\(message)")
      }
      #expect(message.split(separator: "\n").count == 7)
      #expect(model.state() == before)
    }
  }

  @Test func wrongFilesAndNamesAreSentences() throws {
    let net = Network.resNet(depth: 8, classes: 4, input: [16, 16, 3], width: 4)
    let path = Self.path("bert")
    #expect(
      CheckpointTests.message { _ = try net.model(weights: path) }
        .contains("has no tensor that ResNet-8 has, by any known names; it begins with"))
    #expect(
      CheckpointTests.message { _ = try net.model(weights: path, names: .huggingFace) }
        == "ResNet-8 has no names by Hugging Face's rules; it has by this library's and by "
        + "torchvision's and by timm's")
    let file = try WeightFile(path)
    #expect(
      CheckpointTests.message { _ = try file.tensor("x") }.contains("has no tensor x; it has"))
  }

  @Test func aHeadOfWhichHalfIsThereIsAMistake() throws {
    try CheckpointTests.inFolder { folder in
      let path = "\(folder)/half.safetensors"
      var checkpoint = try Checkpoint(contentsOf: Self.path("cifar-projection"))
      checkpoint.tensors["exits.0.1.bias"] = .zeros([4])
      try checkpoint.write(to: path)
      let net = Network.resNet(depth: 8, classes: 4, input: [16, 16, 3], width: 4)
      #expect(
        CheckpointTests.message { _ = try net.model(weights: path) }
          .contains("missing: exits.0.1.weight (4×4)"))
    }
  }
}
