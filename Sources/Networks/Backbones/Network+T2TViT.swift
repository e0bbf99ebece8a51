public import Tensors

extension Network {
  /// What a T2T-ViT has between two soft splits.
  public enum TokenMixing: String, Hashable, Sendable, Codable, CaseIterable {
    /// ``TokenPerformer``, as in T2T-ViT-7 to 24.
    case performer
    /// ``TokenTransformer``, as in T2T-ViT\_t-14 to 24.
    case transformer
  }

  /// T2T-ViT, which gathers neighbouring tokens into one before the transformer proper: T2T-ViT-7
  /// unless changed.
  ///
  /// Soft splits of 7×7 with stride 4, 3×3 with stride 2 and again, with a layer that mixes tokens
  /// behind the first two, and a dense layer to `width`. Then a class token, fixed positions and blocks
  /// of attention, normalised before and without biases for queries, keys and values. An exit is a
  /// layer normalisation of its own and one dense layer on the class token.
  ///
  /// On 224×224×3 leaving after block k takes 284,523,008 + 123,154,944·k multiply-adds and the
  /// head's. T2T-ViT-14 is `width: 384, depth: 14, heads: 6, hidden: 1152`. Published weights load by
  /// ``model(weights:names:classifier:seed:)``. Yuan et al., *Tokens-to-Token ViT*, ICCV 2021,
  /// arXiv:2101.11986, section 3 and table 1.
  ///
  /// - Parameters:
  ///   - hidden: the width between the two dense layers of a block.
  ///   - tokens: what mixes tokens between the splits.
  ///   - tokenWidth: the length of a token between the splits.
  ///   - exits: the blocks, counted from 1, after which samples can leave; all unless given, the last
  ///     always.
  public static func t2tViT(
    input: Shape = [224, 224, 3], classes: Int = 1000, width: Int = 256, depth: Int = 7,
    heads: Int = 4, hidden: Int = 512, tokens: TokenMixing = .performer, tokenWidth: Int = 64,
    exits: [Int]? = nil
  ) -> Network {
    if let problem = Impossible.problem("a T2T-ViT", blocks: depth, exits: exits) {
      return Network(input: input, classes: classes, name: "T2T-ViT-\(depth)") {
        Impossible(problem: problem)
        Exit()
      }
    }
    return Network(input: input, classes: classes, name: "T2T-ViT-\(depth)") {
      SoftSplit(7, stride: 4, padding: 2)
      for _ in 0..<2 {
        switch tokens {
        case .performer: TokenPerformer(tokenWidth)
        case .transformer: TokenTransformer(tokenWidth)
        }
        SoftSplit(3, stride: 2, padding: 1)
      }
      Dense(width)
      ClassToken()
      FixedPositions()
      for layer in 1...depth {
        TransformerBlock(heads: heads, hidden: hidden, qkvBias: false)
        if layer == depth || exits?.contains(layer) ?? true {
          Exit(layer == depth ? "final" : "layer \(layer)") {
            Token(0); LayerNorm(); Dense(classes)
          }
        }
      }
    }
  }
}
