import Tensors

extension NamingScheme {
  /// BERT as Hugging Face names it.
  ///
  /// Queries, keys and values are three layers there and one here. Older files say `gamma` and `beta`
  /// for a normalisation's weight and bias, and files of the bare encoder leave `bert.` out.
  static func language(_ plan: Plan) -> [NamingScheme] {
    let layers = plan.layersWithTensors
    guard layers.count > 1, layers[0].layer is BERTEmbedding,
      layers.dropFirst().allSatisfy({ ($0.layer as? TransformerBlock)?.order == .after }),
      let head = plan.finalHead([("Dense", "bert.pooler.dense"), ("Dense", "classifier")])
    else { return [] }
    let embedding = Renaming(
      own: layers[0].name, file: "bert.embeddings",
      parts: [
        .init("words", "word_embeddings.weight"), .init("positions", "position_embeddings.weight"),
        .init("types", "token_type_embeddings.weight"), .init("norm", "LayerNorm"),
      ])
    let parts: [Renaming.Part] = [
      .init("attn.qkv", "attention.self.query", "attention.self.key", "attention.self.value"),
      .init("attn.proj", "attention.output.dense"),
      .init("norm1", "attention.output.LayerNorm"), .init("norm2", "output.LayerNorm"),
      .init("mlp.fc1", "intermediate.dense"), .init("mlp.fc2", "output.dense"),
    ]
    let blocks = layers.dropFirst().enumerated().map {
      Renaming(own: $1.name, file: "bert.encoder.layer.\($0)", parts: parts)
    }
    return [
      NamingScheme(
        .huggingFace, [embedding] + blocks + [head], classifier: ["classifier.", "cls."],
        spelling: usualBERT)
    ]
  }

  @Sendable private static func usualBERT(_ name: String) -> String? {
    guard !name.hasSuffix("position_ids") else { return nil }
    let name = name.replacing([
      (".LayerNorm.gamma", ".LayerNorm.weight"), (".LayerNorm.beta", ".LayerNorm.bias"),
    ])
    let isBare = ["embeddings.", "encoder.", "pooler."].contains { name.hasPrefix($0) }
    return isBare ? "bert.\(name)" : name
  }
}
