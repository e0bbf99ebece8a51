import Networks
import Tensors
import Testing

/// Canned networks asked for the impossible say so.
@Suite struct AbsurdSizeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let network: @Sendable () -> Network

    init(_ name: String, _ network: @escaping @autoclosure @Sendable () -> Network) {
      (testDescription, self.network) = (name, network)
    }
  }

  static let sizes = [Int.min, -1, 0, .max]

  static let cases = sizes.flatMap { size in
    [
      Case("RANet, \(size) blocks", .raNet(blocks: size)),
      Case("RANet, step \(size)", .raNet(step: size)),
      Case("RANet, \(size) layers", .raNet(layers: size)),
      Case("RANet, width \(size)", .raNet(width: size)),
      Case("RANet, growth \(size)", .raNet(growth: size)),
      Case("RANet, factor \(size)", .raNet(factors: [4, size, 1])),
      Case("RANet, head \(size)", .raNet(headWidth: size)),
      Case("RANet, input \(size)", .raNet(input: [size, 32, 3])),
      Case("BERT, \(size) tokens", .bert(tokens: size)),
      Case("BERT, vocabulary \(size)", .bert(vocabulary: size)),
      Case("BERT, width \(size)", .bert(width: size)),
      Case("BERT, depth \(size)", .bert(depth: size)),
      Case("BERT, \(size) heads", .bert(heads: size)),
      Case("BERT, hidden \(size)", .bert(hidden: size)),
      Case("BERT, \(size) positions", .bert(positions: size)),
      Case("T2T-ViT, width \(size)", .t2tViT(width: size)),
      Case("T2T-ViT, depth \(size)", .t2tViT(depth: size)),
      Case("T2T-ViT, \(size) heads", .t2tViT(heads: size)),
      Case("T2T-ViT, hidden \(size)", .t2tViT(hidden: size)),
      Case("T2T-ViT, tokens of \(size)", .t2tViT(tokenWidth: size)),
      Case(
        "T2T-ViT, transformed tokens of \(size)", .t2tViT(tokens: .transformer, tokenWidth: size)),
      Case("T2T-ViT, input \(size)", .t2tViT(input: [224, size, 3])),
      Case("ViT, patch \(size)", .vit(.tiny, patch: size)),
      Case("ViT, depth \(size)", .vit(depth: size)), Case("ViT, width \(size)", .vit(width: size)),
      Case("ViT, \(size) heads", .vit(heads: size)),
      Case("ViT, exit \(size)", .vit(exits: [2, size])),
      Case("BERT, exit \(size)", .bert(exits: [size])),
      Case("T2T-ViT, exit \(size)", .t2tViT(exits: [size])),
      Case("text, depth \(size)", .textEncoder(depth: size)),
      Case("text, \(size) tokens", .textEncoder(tokens: size)),
      Case("text, vocabulary \(size)", .textEncoder(vocabulary: size)),
      Case("MSDNet, width \(size)", .msdNet(width: size)),
      Case("MSDNet, growth \(size)", .msdNet(growth: size)),
      Case("MSDNet, block \(size)", .msdNet(blocks: [1, size])),
      Case("MSDNet, factor \(size)", .msdNet(factors: [1, size])),
      Case("MSDNet, head \(size)", .msdNet(headWidth: size)),
      Case("MobileNet, exit \(size)", .mobileNetV3(exits: [size])),
      Case("MobileNet, \(size) classes", .mobileNetV3(classes: size)),
      Case("EfficientNet, exit \(size)", .efficientNet(exits: [size])),
      Case("EfficientNet, width \(size)", .efficientNet(width: Double(size))),
      Case("EfficientNet, depth \(size)", .efficientNet(depth: Double(size))),
      Case("ResNet, depth \(size)", .resNet(depth: size)),
      Case("ResNet, width \(size)", .resNet20(width: size)),
      Case("ResNet, exit \(size)", .resNet20(exits: .after([size == 0 ? -1 : size]))),
      Case("ResNet-18, input \(size)", .resNet18(classes: 10, input: [size, 32, 3])),
    ]
  }

  @Test(arguments: cases) func isASentence(_ c: Case) {
    let error = #expect(throws: NetworkError.self) { try c.network().plan() }
    #expect(error.map { $0.message.count > 20 } == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [
    Case("RANet without resolutions", .raNet(factors: [])),
    Case("RANet, many resolutions", .raNet(factors: Array(repeating: 1, count: 9))),
    Case("RANet, very long", .raNet(blocks: 100, step: 100, layers: 100, isGrowing: true)),
    Case("RANet, nothing to fuse", .raNet(growth: 1, factors: [1, 1])),
    Case("RANet, images of one pixel", .raNet(input: [1, 1, 3])),
    Case("T2T-ViT, images of one pixel", .t2tViT(input: [1, 1, 3])),
    Case("T2T-ViT, no square", .t2tViT(input: [224, 112, 3])),
    Case("BERT, more tokens than places", .bert(tokens: 513)),
  ])
  func whatCannotBeIsASentence(_ c: Case) {
    #expect(throws: NetworkError.self) { try c.network().plan() }
  }
}
