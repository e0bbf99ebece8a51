public import Tensors

extension Network {
  /// A vision transformer with exits on the class token.
  ///
  /// Squares of the image become tokens, a class token goes before them, learned positions are
  /// added; then blocks of attention and dense layers, normalised before. An exit is one dense
  /// layer on the class token, the last behind a layer normalisation. Dosovitskiy et al.,
  /// arXiv:2010.11929; the defaults are the network of the regimes paper, appendix D.1.
  ///
  /// - Parameters:
  ///   - exits: the layers, counted from 1, after which samples can leave; the second to the seventh
  ///     unless given, the last always.
  ///   - hidden: the width between the two dense layers of a block.
  ///   - epsilon: added to variances before the root; 1e-6 in published networks.
  public static func vit(
    input: Shape = [32, 32, 3], classes: Int = 100, patch: Int = 4, width: Int = 256,
    depth: Int = 7, heads: Int = 8, hidden: Int = 512, exits: [Int]? = nil, epsilon: Float = 1e-5
  ) -> Network {
    Network(input: input, classes: classes, name: "ViT-\(depth)") {
      if let problem = Impossible.problem("a ViT", blocks: depth, exits: exits) {
        Impossible(problem: problem)
        Exit()
      } else {
        PatchEmbedding(width, patch: patch)
        ClassToken()
        Positions()
        for layer in 1...depth {
          TransformerBlock(heads: heads, hidden: hidden, epsilon: epsilon)
          if layer == depth {
            Exit("final") {
              Token(0); LayerNorm(epsilon: epsilon); Dense(classes)
            }
          } else if exits?.contains(layer) ?? (2...7).contains(layer) {
            Exit("layer \(layer)")
          }
        }
      }
    }
  }

  /// Which of the published vision transformers.
  public enum ViTSize: String, Hashable, Sendable, Codable, CaseIterable {
    /// 192 wide, 3 heads: 5.7 million parameters at 1,000 classes.
    case tiny
    /// 384 wide, 6 heads: 22 million parameters.
    case small
    /// 768 wide, 12 heads: 87 million parameters.
    case base
  }

  /// A published vision transformer of 12 layers, as timm's `vit_tiny_patch16_224` and its kin.
  ///
  /// Published weights load by ``model(weights:names:classifier:seed:)``. Touvron et al., *DeiT*,
  /// arXiv:2012.12877, table 1; Dosovitskiy et al., arXiv:2010.11929, table 1.
  ///
  /// - Parameter exits: the layers, counted from 1, after which samples can leave before the end.
  public static func vit(
    _ size: ViTSize, patch: Int = 16, classes: Int = 1000, input: Shape = [224, 224, 3],
    exits: [Int] = []
  ) -> Network {
    let width = [ViTSize.tiny: 192, .small: 384, .base: 768][size, default: 768]
    var net = vit(
      input: input, classes: classes, patch: patch, width: width, depth: 12, heads: width / 64,
      hidden: 4 * width, exits: exits, epsilon: 1e-6)
    net.name = "ViT-\(size.rawValue)/\(patch)"
    return net
  }

  /// A text encoder with an exit on the first token after every layer.
  ///
  /// Token and position vectors, then blocks of attention and dense layers, normalised before.
  ///
  /// - Parameters:
  ///   - tokens: the length of every sequence.
  ///   - hidden: the width between the two dense layers of a block.
  public static func textEncoder(
    tokens: Int = 64, vocabulary: Int = 8192, classes: Int = 2, width: Int = 256, depth: Int = 4,
    heads: Int = 4, hidden: Int = 1024
  ) -> Network {
    Network(
      tokens: tokens, vocabulary: vocabulary, classes: classes, name: "Text encoder-\(depth)"
    ) {
      if let problem = Impossible.problem("a text encoder", blocks: depth, exits: nil) {
        Impossible(problem: problem)
        Exit()
      } else {
        Embedding(width)
        Positions()
        for layer in 1...depth {
          TransformerBlock(heads: heads, hidden: hidden)
          Exit("layer \(layer)")
        }
      }
    }
  }
}
