import Tensors

/// Walks through a description once, inferring shapes and collecting costs.
struct Planner {
  let network: Network
  private var steps: [Plan.Step] = []
  private var exits: [ExitInfo] = []
  /// The value that flows from layer to layer: one shape, or one per scale.
  private var shapes: [Shape]
  private var exitShapes: [[Shape]] = []
  private var layerCount = 0
  /// The work of the layers so far, and of the heads so far.
  private var backbone = 0
  private var heads = 0

  init(_ network: Network) {
    self.network = network
    shapes = [network.input]
  }

  consuming func plan() throws(NetworkError) -> Plan {
    try checkNetwork()
    for (index, element) in network.elements.enumerated() {
      do throws(NetworkError) {
        switch element {
        case .layer(let layer): try add(layer, at: index)
        case .exit(let exit): try add(exit, isFinal: index == network.elements.count - 1)
        }
      } catch {
        throw error.placed(
          element: "\(element)", position: index + 1,
          previous: index > 0 ? Self.brief(network.elements[index - 1]) : nil)
      }
    }
    return Plan(network: network, steps: steps, exits: exits, exitShapes: exitShapes)
  }

  private mutating func add(_ layer: AnyLayer, at index: Int) throws(NetworkError) {
    var next: (any Layer)?
    if index + 1 < network.elements.count, case .layer(let following) = network.elements[index + 1]
    {
      next = following.layer
    }
    let plan = try LayerPlan(
      layer.layer, name: "layers.\(layerCount)", inputs: shapes,
      LayerSite(
        isNormalizedNext: next is BatchNorm,
        vocabulary: layerCount == 0 ? network.vocabulary : nil))
    layerCount += 1
    backbone = try Self.sum(backbone, plan.work.products)
    shapes = plan.outputs
    steps.append(.layer(plan))
  }

  private mutating func add(_ exit: Exit, isFinal: Bool) throws(NetworkError) {
    let index = exits.count
    let name = try checkedName(exit, index)
    guard exit.weight >= 0, exit.weight.isFinite else {
      throw NetworkError("its weight is \(exit.weight); it must be 0 or more")
    }
    let shape = shapes[shapes.count - 1]
    let layers = exit.head ?? defaultHead(on: shape)
    let head = try LayerPlan(Branch(layers), name: "exits.\(index)", input: shape)
    guard head.output == [network.classes] else {
      throw NetworkError(
        "its head gives \(head.output) from \(shape), and must give one logit for each of the "
          + "\(network.classes) classes; end it with Dense(\(network.classes))")
    }
    heads = try Self.sum(heads, head.work.products)
    exits.append(
      ExitInfo(
        name: name, index: index, multiplyAdds: try Self.sum(backbone, heads),
        lazyMultiplyAdds: try Self.sum(backbone, head.work.products),
        headMultiplyAdds: head.work.products, headParameters: head.parameterCount, shape: shape,
        weight: exit.weight, isFinal: isFinal))
    exitShapes.append(shapes)
    steps.append(.exit(index, head: head))
  }

  private func defaultHead(on shape: Shape) -> [AnyLayer] {
    let dense = AnyLayer(Dense(network.classes))
    return switch shape.rank {
    case 3: [AnyLayer(GlobalPool()), dense]
    case 2: [AnyLayer(Token(0)), dense]
    default: [dense]
    }
  }

  private func checkedName(_ exit: Exit, _ index: Int) throws(NetworkError) -> String {
    let name = exit.name ?? "exit \(index + 1)"
    guard !name.allSatisfy(\.isWhitespace) else {
      throw NetworkError("its name is empty; name it, or write Exit() to have it numbered")
    }
    guard !exits.contains(where: { $0.name == name }) else {
      throw NetworkError("an earlier exit is named \"\(name)\" too; give each its own name")
    }
    return name
  }

  private func checkNetwork() throws(NetworkError) {
    if let vocabulary = network.vocabulary {
      try checkTokens(vocabulary)
    } else {
      try checkImage()
    }
    do throws(NetworkError) {
      _ = try Require.product(network.input.dims)
    } catch {
      throw error.placed(at: "The input \(network.input)")
    }
    guard network.classes >= 2 else {
      throw NetworkError(
        "A classifier tells at least 2 classes apart; this network has classes: "
          + "\(network.classes)")
    }
    try Require.positive(network.classes, "The number of classes")
    try checkEnd()
  }

  private func checkTokens(_ vocabulary: Int) throws(NetworkError) {
    guard network.input.rank == 1 else {
      throw NetworkError("The input of a network of tokens is their number, not \(network.input)")
    }
    try Require.positive(network.input[0], "The number of tokens")
    // Token numbers travel as 32-bit floats, which hold whole numbers up to here.
    guard (2...(1 << 24)).contains(vocabulary) else {
      throw NetworkError(
        "The vocabulary has \(vocabulary) tokens; it must be between 2 and \(1 << 24)")
    }
  }

  private func checkImage() throws(NetworkError) {
    guard network.input.rank == 3 else {
      throw NetworkError(
        "The input of a network is an image of height×width×channels; this one is "
          + "\(network.input.rank == 0 ? "empty" : "\(network.input)"), as in input: [32, 32, 3]")
    }
    for (side, what) in zip(network.input.dims, ["height", "width", "number of channels"]) {
      try Require.positive(side, "The input \(network.input) is no image: its \(what)")
    }
  }

  private func checkEnd() throws(NetworkError) {
    guard let last = network.elements.last else {
      throw NetworkError(
        "The network has no elements; write at least one layer and an Exit(), the classifier")
    }
    guard case .layer = last else { return }
    let lastExit = network.elements.lastIndex { if case .exit = $0 { true } else { false } }
    guard let lastExit else {
      throw NetworkError(
        "The network has no exit, so nothing is classified; end it with Exit() after \(last)")
    }
    let stray = network.elements[lastExit + 1]
    throw NetworkError(
      "\(stray), element \(lastExit + 2), stands after the last exit, "
        + "\(Self.brief(network.elements[lastExit])), where nothing uses it; end the network with "
        + "an Exit()")
  }

  /// An element without its inside, for saying what another stands after.
  private static func brief(_ element: Element) -> String {
    "\(element)".split(separator: " {", maxSplits: 1).first.map(String.init) ?? "\(element)"
  }

  private static func sum(_ a: Int, _ b: Int) throws(NetworkError) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow else {
      throw NetworkError("with it the network's multiply-adds no longer fit 64 bits")
    }
    return sum
  }
}
