import Tensors

extension Network {
  /// BERT as a classifier of texts: BERT-base unless made smaller, with exits on the first token.
  ///
  /// Blocks normalised after each addition, with GELU; an exit is one dense layer on the first token,
  /// the last behind a dense layer with a hyperbolic tangent, the pooler. With the defaults and
  /// only the last exit it has 109,483,778 parameters. Published weights load by
  /// ``model(weights:names:classifier:seed:)``. Devlin et al., NAACL 2019, arXiv:1810.04805,
  /// section 3.
  ///
  /// Every sequence has all `tokens`: there is no mask, so text that fills a sequence up is read like
  /// any other.
  ///
  /// - Parameters:
  ///   - tokens: the length of every sequence, at most `positions`.
  ///   - hidden: the width between the two dense layers of a block.
  ///   - positions: the number of places that have a vector.
  ///   - separator: the token between two texts, 102 in BERT's own vocabulary; `nil` for single
  ///     texts.
  ///   - dropout: the probability of a zero behind the embedding, in each branch, and before the last
  ///     layer, while training.
  ///   - exits: the layers, counted from 1, after which samples can leave; all of them unless given,
  ///     the last always.
  public static func bert(
    tokens: Int = 128, vocabulary: Int = 30_522, classes: Int = 2, width: Int = 768,
    depth: Int = 12, heads: Int = 12, hidden: Int = 3072, positions: Int = 512,
    separator: Int? = nil, dropout: Float = 0.1, exits: [Int]? = nil
  ) -> Network {
    if let problem = Impossible.problem("a BERT", blocks: depth, exits: exits) {
      return Network(
        tokens: tokens, vocabulary: vocabulary, classes: classes, name: "BERT-\(depth)"
      ) {
        Impossible(problem: problem)
        Exit()
      }
    }
    return Network(tokens: tokens, vocabulary: vocabulary, classes: classes, name: "BERT-\(depth)")
    {
      BERTEmbedding(width, positions: positions, separator: separator, dropout: dropout)
      for layer in 1...depth {
        TransformerBlock(
          heads: heads, hidden: hidden, order: .after, dropout: dropout, epsilon: 1e-12)
        if layer == depth {
          Exit("final") {
            Token(0); Dense(width); Tanh(); Dropout(dropout); Dense(classes)
          }
        } else if exits?.contains(layer) ?? true {
          Exit("layer \(layer)")
        }
      }
    }
  }
}
