import Tensors

/// Where the tensors of one line of a network stand in a file.
struct Renaming {
  /// What differs inside, where the rest of a name stays as it is.
  struct Part {
    /// The name within the line, such as `attn.qkv`.
    let own: String
    /// The names in the file, such as `attention.self.query` and two more; several are put together
    /// along the first axis.
    let file: [String]
    /// Whether the file has an axis of 1 before the others, for the batch.
    var isBatched = false

    init(_ own: String, _ file: String..., isBatched: Bool = false) {
      (self.own, self.file, self.isBatched) = (own, file, isBatched)
    }
  }

  /// The name of the line, such as `layers.3`.
  let own: String
  /// What stands there instead, such as `layer1.0`; may be empty.
  let file: String
  var parts: [Part] = []

  /// The names in the file for the rest of an own name, and whether there is a batch axis.
  func names(_ rest: String) -> (names: [String], isBatched: Bool) {
    for part in parts {
      if rest == part.own { return (part.file.map { joined(file, $0) }, part.isBatched) }
      guard rest.hasPrefix(part.own + ".") else { continue }
      let tail = String(rest.dropFirst(part.own.count + 1))
      return (part.file.map { joined(joined(file, $0), tail) }, part.isBatched)
    }
    return ([joined(file, rest)], false)
  }

  private func joined(_ first: String, _ second: String) -> String {
    first.isEmpty ? second : second.isEmpty ? first : "\(first).\(second)"
  }
}

/// How one kind of network is named in files: a place for each of its lines, and for the names in a
/// file how they are usually spelled.
struct NamingScheme {
  let names: WeightNames
  private let renamings: [String: Renaming]
  /// The usual spelling of a name in the file; `nil` for what no model needs.
  private let spelling: @Sendable (String) -> String?
  /// The beginnings of names in the file that belong to the final classifier's last layer, or to
  /// other tasks' heads.
  let classifierPrefixes: [String]

  init(
    _ names: WeightNames, _ renamings: [Renaming], classifier: [String],
    spelling: @escaping @Sendable (String) -> String? = { $0 }
  ) {
    self.names = names
    self.renamings = Dictionary(uniqueKeysWithValues: renamings.map { ($0.own, $0) })
    self.spelling = spelling
    classifierPrefixes = classifier
  }

  /// The names in a file of a tensor with this own name; as it is where the scheme has no other.
  func fileNames(_ own: String) -> (names: [String], isBatched: Bool) {
    let pieces = own.split(separator: ".", maxSplits: 2)
    guard pieces.count == 3, let renaming = renamings["\(pieces[0]).\(pieces[1])"] else {
      return ([own], false)
    }
    return renaming.names(String(pieces[2]))
  }

  /// The usual spelling of a name in a file, or `nil` if it is left aside.
  func usual(_ name: String) -> String? {
    guard !name.hasSuffix("num_batches_tracked") else { return nil }
    // What torch.nn.DataParallel puts before every name.
    return spelling(name.hasPrefix("module.") ? String(name.dropFirst(7)) : name)
  }

  /// Whether a name in the file belongs to the final classifier's last layer.
  func isClassifier(_ name: String) -> Bool {
    classifierPrefixes.contains { name.hasPrefix($0) }
  }
}

extension NamingScheme {
  /// This library's own names.
  static func own(_ plan: Plan) -> NamingScheme {
    let last = plan.exits.count - 1
    let heads = plan.steps.compactMap { step -> LayerPlan? in
      if case .exit(last, let head) = step { head } else { nil }
    }
    let layer = heads.first?.children.last { $0.parameterCount > 0 }?.name ?? ""
    return NamingScheme(.own, [], classifier: ["exits.\(last).\(layer)."])
  }

  /// Every scheme that has a place for each line of the network.
  static func all(for plan: Plan) -> [NamingScheme] {
    [own(plan)] + residual(plan) + mobile(plan) + vision(plan) + language(plan)
  }
}

extension Plan {
  /// The layers that have tensors.
  var layersWithTensors: [LayerPlan] {
    steps.compactMap { step in
      guard case .layer(let plan) = step, plan.hasTensors else { return nil }
      return plan
    }
  }

  /// The final head's layers with tensors under the given names, if they are of these kinds.
  func finalHead(_ parts: [(kind: String, file: String)]) -> Renaming? {
    guard case .exit(_, let head)? = steps.last else { return nil }
    let layers = head.children.filter(\.hasTensors)
    guard layers.map(\.kind) == parts.map(\.kind) else { return nil }
    return Renaming(
      own: head.name, file: "",
      parts: zip(layers, parts).map { Renaming.Part($0.name, $1.file) })
  }
}

extension LayerPlan {
  /// Whether it has parameters or running statistics, inside too.
  var hasTensors: Bool {
    !parameters.isEmpty || !statistics.isEmpty || children.contains(where: \.hasTensors)
  }
}

extension String {
  /// With each text replaced by another, in order.
  func replacing(_ pairs: [(String, String)]) -> String {
    pairs.reduce(self) { $0.replacing($1.0, with: $1.1) }
  }
}
