public import Tensors

extension Network {
  /// A model with the weights of a file that another library published.
  ///
  /// ```swift
  /// let net = Network.resNet18(classes: 10, input: [224, 224, 3], stem: .imageNet)
  /// let model = try net.model(weights: "resnet18.safetensors", classifier: .fresh)
  /// ```
  /// See ``Model/load(weights:names:classifier:)``; `model.loadedWeights` tells what was taken.
  ///
  /// - Parameter seed: draws the values that are not in the file.
  public func model(
    weights path: String, names: WeightNames = .automatic, classifier: ClassifierWeights = .file,
    seed: UInt64 = 0
  ) throws -> Model {
    let model = try Model(self, seed: seed)
    try model.load(weights: path, names: names, classifier: classifier)
    return model
  }
}

extension Model {
  /// Takes over the weights of a safetensors file, whoever named its tensors.
  ///
  /// Every tensor of the model must be in the file with its shape, and every tensor of the file in
  /// the model, but for the heads of exits before the last: published networks have none, and then
  /// these keep their values. Queries, keys and values in three tensors become one. PyTorch's
  /// `num_batches_tracked` is left aside. All is checked before anything is replaced.
  ///
  /// - Parameters:
  ///   - names: whose names to expect; unless given, those under which most is found.
  ///   - classifier: whether the final classifier's last layer comes from the file.
  /// - Returns: what was taken and what was kept; ``loadedWeights`` has it too.
  /// - Throws: ``CheckpointError`` listing every tensor that is missing, left over or of another
  ///   shape, with both shapes; the model is then as it was.
  @discardableResult
  public func load(
    weights path: String, names: WeightNames = .automatic, classifier: ClassifierWeights = .file
  ) throws(CheckpointError) -> LoadedWeights {
    let file = try WeightFile(path)
    let match = try bestMatch(file, names)
    let complaints = match.complaints(file, classifier)
    guard complaints.isEmpty else {
      throw CheckpointError(mismatch(complaints, match, file, classifier))
    }
    var values: [String: Tensor] = [:]
    for slot in match.needed(classifier) { values[slot.own] = try match.tensor(slot, file) }
    replace(values)
    let loaded = LoadedWeights(
      path: path, names: match.scheme.names,
      tensorCount: match.needed(classifier).reduce(0) { $0 + $1.sources.count },
      initialExits: match.absentExits.sorted().map { plan.exits[$0].name },
      hasFreshClassifier: classifier == .fresh)
    loadedWeights = loaded
    return loaded
  }

  /// All numbers under the names of another library, so that it can read a file of them.
  ///
  /// ```swift
  /// try Checkpoint(model.state(names: .timm)).write(to: "vit.safetensors")
  /// ```
  /// Heads of exits before the last keep this library's names, `exits.0.1.weight` and so on.
  ///
  /// - Throws: ``CheckpointError`` if that library has no names for this network.
  public func state(names: WeightNames) throws(CheckpointError) -> [String: Tensor] {
    let scheme = try plan.schemes(names)[0]
    var state: [String: Tensor] = [:]
    for (own, value) in self.state() {
      let (names, isBatched) = scheme.fileNames(own)
      for (name, part) in zip(names, try value.shared(out: names.count, own)) {
        state[name] = isBatched ? try part.batched(own) : part
      }
    }
    return state
  }
}

extension Plan {
  /// The name and shape of every tensor that a file of published weights must have for this network.
  ///
  /// Heads of exits before the last are listed too, under this library's names; a file may do without.
  ///
  /// - Throws: ``CheckpointError`` if that library has no names for this network.
  public func weightShapes(names: WeightNames) throws(CheckpointError) -> [String: Shape] {
    let scheme = try schemes(names)[0]
    let slots = tensorShapes.map { WeightMatch.Slot($0.name, $0.shape, scheme, exits.count) }
    return Dictionary(
      uniqueKeysWithValues: slots.flatMap { slot in
        slot.sources.map { ($0, slot.sourceShape) }
      })
  }

  fileprivate func schemes(_ names: WeightNames) throws(CheckpointError) -> [NamingScheme] {
    let all = NamingScheme.all(for: self)
    let chosen = names == .automatic ? all : all.filter { $0.names == names }
    guard !chosen.isEmpty else {
      throw CheckpointError(
        "\(network.name ?? "This network") has no names by \(names.owner) rules; it has by "
          + all.map(\.names.owner).joined(separator: " and by "))
    }
    return chosen
  }
}

extension Model {
  private func bestMatch(
    _ file: WeightFile, _ names: WeightNames
  ) throws(CheckpointError) -> WeightMatch {
    let matches = try plan.schemes(names).map { WeightMatch($0, file, plan) }
    // Of equally good ones the first.
    let best = matches.dropFirst().reduce(matches[0]) { $1.found > $0.found ? $1 : $0 }
    guard best.found > 0 else {
      let some = file.names.prefix(5).joined(separator: ", ")
      throw CheckpointError(
        "\(file.path) has no tensor that \(network.name ?? "the network") has, by "
          + "\(names.owner) names; it begins with \(some.isEmpty ? "nothing" : some), and by "
          + "\(best.scheme.names.owner) names expected is \(best.slots.first?.sources[0] ?? "none")"
      )
    }
    return best
  }

  private func mismatch(
    _ complaints: [String], _ match: WeightMatch, _ file: WeightFile,
    _ classifier: ClassifierWeights
  ) -> String {
    let advice =
      classifier == .file && match.complaints(file, .fresh).isEmpty
      ? "\nOnly the classifier differs: pass classifier: .fresh to train one of your own." : ""
    return "\(file.path) does not fit \(network.name ?? "the network") by "
      + "\(match.scheme.names.owner) names:\n  " + complaints.joined(separator: "\n  ") + advice
  }

  private func replace(_ values: [String: Tensor]) {
    for parameter in parameters {
      if let value = values[parameter.name] { parameter.value = value }
    }
    for (name, statistics) in statistics {
      if let mean = values["\(name).running_mean"] { statistics.mean = mean }
      if let variance = values["\(name).running_var"] { statistics.variance = variance }
    }
  }
}

extension Tensor {
  /// As many equal parts along the first axis.
  fileprivate func shared(out count: Int, _ name: String) throws(CheckpointError) -> [Tensor] {
    guard count > 1 else { return [self] }
    let size = shape[0] / count
    do {
      return try (0..<count).map { try slice($0 * size..<($0 + 1) * size, axis: 0) }
    } catch {
      throw CheckpointError("\(name) cannot be written in \(count) parts: \(error)")
    }
  }

  fileprivate func batched(_ name: String) throws(CheckpointError) -> Tensor {
    do {
      return try reshaped(shape.batched(1))
    } catch {
      throw CheckpointError("\(name) cannot be written: \(error)")
    }
  }
}
