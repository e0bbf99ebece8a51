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
  ///   - exits: the layers, counted from 1, after which samples can leave; the last always.
  ///   - hidden: the width between the two dense layers of a block.
  public static func vit(
    input: Shape = [32, 32, 3], classes: Int = 100, patch: Int = 4, width: Int = 256,
    depth: Int = 7, heads: Int = 8, hidden: Int = 512, exits: [Int] = [2, 3, 4, 5, 6, 7]
  ) -> Network {
    Network(input: input, classes: classes, name: "ViT-\(depth)") {
      PatchEmbedding(width, patch: patch)
      ClassToken()
      Positions()
      for layer in 1...max(depth, 1) {
        TransformerBlock(heads: heads, hidden: hidden)
        if layer == max(depth, 1) {
          Exit("final") {
            Token(0); LayerNorm(); Dense(classes)
          }
        } else if exits.contains(layer) {
          Exit("layer \(layer)")
        }
      }
    }
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
      Embedding(width)
      Positions()
      for layer in 1...max(depth, 1) {
        TransformerBlock(heads: heads, hidden: hidden)
        Exit("layer \(layer)")
      }
    }
  }
}
