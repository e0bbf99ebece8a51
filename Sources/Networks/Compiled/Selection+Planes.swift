import Tensors

// Where few channels are added to an image again and again, the image lies in planes: convolutions
// of few channels then fill whole vectors, and new planes are written behind the old ones, where
// later convolutions read them, without a copy.
extension Selection {
  /// Lays images that grow in planes, as far as the processor has convolutions for that.
  mutating func layInPlanes() {
    let values = planarValues
    guard nodes.contains(where: { $0.isConcatenation && values.contains($0.output) }) else {
      return
    }
    guard let homes = homes(of: values) else { return }
    var writer = PlanarWriter(selection: self, values: values, homes: homes)
    writer.write()
    self = writer.selection
  }

  /// Lets windows on pixels of a few channels, such as colours, take a way of their own.
  mutating func readPixelsInWindows() {
    for place in nodes.indices {
      let node = nodes[place]
      guard var planar = node.planar, planar.kind.hasWide, widths[node.output] == nil,
        shapes[node.inputs[0]][2] == planar.kind.inputs
      else { continue }
      (planar.kind.sourceRow, planar.kind.targetRow) = (planar.kind.inputs, planar.kind.outputs)
      if planar.kind.isOfPixels { nodes[place].operation = .planar(planar) }
    }
  }

  /// The images between convolutions that can work on planes.
  private var planarValues: Set<Int> {
    var values = Set(shapes.indices.filter { shapes[$0].rank == 3 && shapes[$0][1] % 16 == 0 })
    // An image of a few channels is read as it is.
    values.subtract(inputs.filter { shapes[$0].rank == 3 && shapes[$0][2] <= 4 })
    while true {
      var wrong: Set<Int> = []
      for node in nodes {
        if node.isConcatenation {
          let all = node.inputs + [node.output]
          if !all.allSatisfy(values.contains) { wrong.formUnion(all) }
        } else if let planar = node.planar {
          // Pixels are read by windows only.
          let reads = planar.kind.hasWide && shapes[node.inputs[0]][2] <= 4
          if !reads, !values.contains(node.inputs[0]) { wrong.insert(node.output) }
        } else {
          wrong.formUnion(node.inputs + [node.output])
        }
      }
      wrong.formIntersection(values)
      guard !wrong.isEmpty else { return values }
      values.subtract(wrong)
    }
  }

  /// Where each value lies: what is put behind a value, right behind its planes; `nil` if some value
  /// would have to lie in two places.
  private func homes(of values: Set<Int>) -> [Int: PlanarWriter.Home]? {
    var homes = Dictionary(
      uniqueKeysWithValues: values.map { ($0, PlanarWriter.Home(root: $0, first: 0)) })
    var room = Dictionary(uniqueKeysWithValues: values.map { ($0, shapes[$0][2]) })
    var extended: Set<Int> = [], parts: Set<Int> = Set(inputs)
    for node in nodes where node.isConcatenation && values.contains(node.output) {
      let first = node.inputs[0]
      guard let home = homes[first], let end = room[home.root],
        home.first + shapes[first][2] == end, extended.insert(first).inserted,
        !parts.contains(first) || inputs.contains(first)
      else { return nil }
      homes[node.output] = home
      var next = end
      for part in node.inputs.dropFirst() {
        guard homes[part]?.root == part, !extended.contains(part), parts.insert(part).inserted
        else { return nil }
        homes[part] = PlanarWriter.Home(root: home.root, first: next)
        next += shapes[part][2]
      }
      room[home.root] = next
    }
    return homes
  }
}

extension Graph.Node {
  fileprivate var isConcatenation: Bool {
    if case .concatenation = operation { true } else { false }
  }

  /// The convolution as one on planes, if there is one for its sizes.
  fileprivate var planar: Planar? {
    guard case .weighted(let weighted) = operation, !weighted.adds,
      weighted.function == nil || weighted.function == .relu,
      case .convolution(let input, let weight, let stride, let padding, let dilation, let groups) =
        weighted.kind, dilation == 1, groups == 1, weight[2] == weight[3]
    else { return nil }
    let isRectified = weighted.function == .relu
    var kind = PlanarLayer.Kind(
      height: input[0], width: input[1], inputs: weight[1], outputs: weight[0])
    var planar: Planar
    switch (weight[2], padding) {
    case (1, 0) where stride == 1:
      (kind.hasNarrow, kind.narrowIsRectified) = (true, isRectified)
      planar = Planar(kind: kind, narrow: weighted)
    case (3, 1):
      (kind.hasWide, kind.isRectified, kind.stride) = (true, isRectified, stride)
      planar = Planar(kind: kind, wide: weighted)
    default: return nil
    }
    return planar.kind.isServed ? planar : nil
  }
}

/// Rewrites a selection so that some of its values lie in planes.
struct PlanarWriter {
  /// A value's place: behind `first` planes of another.
  struct Home {
    var root: Int
    let first: Int
  }

  private(set) var selection: Selection
  private let values: Set<Int>
  private var homes: [Int: Home]
  private var written: [Graph.Node] = []
  private let uses: [Int]

  init(selection: Selection, values: Set<Int>, homes: [Int: Home]) {
    (self.selection, self.values, self.homes) = (selection, values, homes)
    uses = selection.uses
  }

  mutating func write() {
    moveEnds()
    makeRoom()
    for input in selection.inputs where values.contains(input) { bringIn(input) }
    for node in selection.nodes {
      if let planar = node.planar, !values.isDisjoint(with: node.inputs + [node.output]) {
        write(planar, node)
      } else if !(node.isConcatenation && values.contains(node.output)) {
        written.append(node)
      }
      if values.contains(node.output), selection.outputs.contains(node.output) { bringOut(node) }
    }
    selection.nodes = written
  }

  /// Values that come in or go out lie outside: what is in planes is another value.
  private mutating func moveEnds() {
    let ends = values.intersection(selection.inputs + selection.outputs)
    for value in ends where homes[value]?.root == value {
      let root = selection.add(shape: selection.shapes[value])
      for (key, home) in homes where home.root == value {
        homes[key] = Home(root: root, first: home.first)
      }
    }
  }

  private mutating func makeRoom() {
    for (value, home) in homes {
      selection.planes[home.root] = max(
        selection.planes[home.root] ?? 0, home.first + selection.shapes[value][2])
    }
  }

  private mutating func bringIn(_ input: Int) {
    guard let home = homes[input],
      let user = selection.nodes.first(where: { $0.inputs.contains(input) })
    else { return }
    written.append(
      Graph.Node(operation: .toPlanes, inputs: [input], output: home.root, stage: user.stage))
  }

  private mutating func bringOut(_ node: Graph.Node) {
    guard let home = homes[node.output] else { return }
    written.append(
      Graph.Node(
        operation: .fromPlanes(first: home.first), inputs: [home.root], output: node.output,
        stage: node.stage))
  }

  private mutating func write(_ planar: Planar, _ node: Graph.Node) {
    var (planar, result) = (planar, node)
    let input = node.inputs[0]
    if let place = before(input, node), planar.kind.hasWide, !planar.kind.hasNarrow {
      if split(place, for: planar.kind) {
        planar.kind.sourceIsSplit = true
      } else if case .planar(let narrow) = written[place].operation {
        planar = joined(narrow, planar)
        result.inputs = written.remove(at: place).inputs
      }
    } else if let home = homes[input] {
      (result.inputs, planar.source) = ([home.root], home.first)
    } else {
      planar.kind.sourceRow = selection.shapes[input][2]
    }
    if let home = homes[node.output] {
      (result.output, planar.target) = (home.root, home.first)
    } else {
      planar.kind.targetRow = selection.shapes[node.output][2]
    }
    result.operation = .planar(planar)
    written.append(result)
  }

  /// The 1×1 convolution that gives `value` to `node` and to nobody else.
  private func before(_ value: Int, _ node: Graph.Node) -> Int? {
    guard uses[value] == 1, homes[value]?.root == value,
      let place = written.firstIndex(where: { $0.output == value }),
      written[place].stage == node.stage, case .planar(let planar) = written[place].operation,
      !planar.kind.hasWide
    else { return nil }
    return place
  }

  /// Lets the 1×1 convolution at `place` write what windows with stride 2 see, if it can: threads
  /// that share a small image then share both convolutions.
  private mutating func split(_ place: Int, for wide: PlanarLayer.Kind) -> Bool {
    guard case .planar(var narrow) = written[place].operation else { return false }
    narrow.kind.stride = wide.stride
    guard let count = narrow.kind.splitCount else { return false }
    narrow.kind.targetIsSplit = true
    written[place].operation = .planar(narrow)
    selection.splits[written[place].output] = count
    return true
  }

  private func joined(_ narrow: Planar, _ wide: Planar) -> Planar {
    var result = wide
    (result.kind.hasNarrow, result.kind.narrowIsRectified) = (true, narrow.kind.narrowIsRectified)
    (result.kind.inputs, result.kind.inner) = (narrow.kind.inputs, wide.kind.inputs)
    (result.narrow, result.source) = (narrow.narrow, narrow.source)
    return result
  }
}
