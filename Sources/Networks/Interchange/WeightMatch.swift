import Tensors

/// A model's tensors beside those of a file, under one naming scheme.
struct WeightMatch {
  /// One tensor of the model, and the tensors of the file from which it is put together.
  struct Slot {
    let own: String
    let shape: Shape
    /// Usual names in the file.
    let sources: [String]
    /// The shape of each source.
    let sourceShape: Shape
    /// The exit before the last to whose head it belongs.
    let earlyExit: Int?
    let isClassifier: Bool
  }

  let scheme: NamingScheme
  let slots: [Slot]
  /// The names in the file by their usual spelling.
  let actual: [String: String]
  /// Names in the file whose usual spelling another name has too.
  private let doubles: [String]
  /// Exits before the last of whose heads the file has nothing.
  let absentExits: Set<Int>
  /// How many of the slots' sources the file has.
  let found: Int

  init(_ scheme: NamingScheme, _ file: WeightFile, _ plan: Plan) {
    self.scheme = scheme
    slots = plan.tensorShapes.map { Slot($0.name, $0.shape, scheme, plan.exits.count) }
    let spelled = file.names.compactMap { name in scheme.usual(name).map { ($0, name) } }
    let actual = Dictionary(spelled) { first, _ in first }
    self.actual = actual
    doubles = spelled.filter { actual[$0.0] != $0.1 }.map {
      "there twice: \($0.1), which is \(actual[$0.0] ?? $0.0) spelled otherwise"
    }
    found = slots.reduce(0) { $0 + $1.sources.count { actual[$0] != nil } }
    let present = Set(
      slots.filter { $0.sources.contains { actual[$0] != nil } }.compactMap(\.earlyExit))
    absentExits = Set(slots.compactMap(\.earlyExit)).subtracting(present)
  }

  /// The slots that must be filled.
  func needed(_ classifier: ClassifierWeights) -> [Slot] {
    slots.filter { slot in
      let isFresh = classifier == .fresh && slot.isClassifier
      return !isFresh && !(slot.earlyExit.map(absentExits.contains) ?? false)
    }
  }

  /// What is missing, left over, or of another shape, one line each; empty if all fits.
  func complaints(_ file: WeightFile, _ classifier: ClassifierWeights) -> [String] {
    var (missing, misshapen): ([String], [String]) = ([], [])
    var used: Set<String> = []
    for slot in needed(classifier) {
      for source in slot.sources {
        used.insert(source)
        guard let name = actual[source], let shape = file.shape(of: name) else {
          missing.append("missing: \(source) (\(slot.sourceShape))\(slot.remark(source))")
          continue
        }
        if !shape.isSame(as: slot.sourceShape) {
          misshapen.append(
            "of another shape: \(name) is \(shape) in the file and \(slot.sourceShape) here"
              + slot.remark(source))
        }
      }
    }
    let rest = actual.keys.filter { !used.contains($0) && !isAside($0, classifier) }.sorted()
    let left = rest.map { name in
      let actual = actual[name] ?? name
      return "left over: \(actual)\(file.shape(of: actual).map { " (\($0))" } ?? "")"
    }
    return missing + left + misshapen + doubles
  }

  private func isAside(_ name: String, _ classifier: ClassifierWeights) -> Bool {
    classifier == .fresh && scheme.isClassifier(name)
  }

  /// The values for a slot, in the engine's layout.
  func tensor(_ slot: Slot, _ file: WeightFile) throws(CheckpointError) -> Tensor {
    var parts: [Tensor] = []
    for source in slot.sources { parts.append(try file.tensor(actual[source] ?? source)) }
    do {
      let whole = parts.count == 1 ? parts[0] : try Tensor.concatenated(parts, axis: 0)
      return try whole.reshaped(slot.shape)
    } catch {
      throw CheckpointError("\(file.path) does not fit in \(slot.own): \(error)")
    }
  }
}

extension WeightMatch.Slot {
  init(_ own: String, _ shape: Shape, _ scheme: NamingScheme, _ exits: Int) {
    let (names, isBatched) = scheme.fileNames(own)
    let pieces = own.split(separator: ".")
    let exit = pieces.first == "exits" ? Int(pieces[1]) : nil
    self.own = own
    self.shape = shape
    sources = names
    earlyExit = exit.flatMap { $0 < exits - 1 ? $0 : nil }
    isClassifier = names.contains(where: scheme.isClassifier)
    var each = shape
    if names.count > 1 { each[0] /= names.count }
    sourceShape = isBatched ? each.batched(1) : each
  }

  /// Where the tensor goes, if that has another name.
  func remark(_ source: String) -> String { source == own ? "" : ", for \(own)" }
}

extension Shape {
  /// Whether the shapes are equal but for leading axes of 1.
  fileprivate func isSame(as other: Shape) -> Bool {
    dims.drop { $0 == 1 } == other.dims.drop { $0 == 1 }
  }
}

extension Plan {
  /// The names and shapes of the tensors of a model, as this library has them.
  var tensorShapes: [(name: String, shape: Shape)] {
    steps.flatMap { $0.plan.tensorShapes($0.plan.name) }
  }
}

extension LayerPlan {
  fileprivate func tensorShapes(_ path: String) -> [(name: String, shape: Shape)] {
    let own = parameters.map { ("\(path).\($0.name)", $0.shape) }
    let running = statistics.flatMap { declared in
      ["mean", "var"].map { ("\(path).running_\($0)", Shape([declared.channels])) }
    }
    return own + running + children.flatMap { $0.tensorShapes("\(path).\($0.name)") }
  }
}
