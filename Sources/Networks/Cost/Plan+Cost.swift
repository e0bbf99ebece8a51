import Tensors

extension Plan {
  /// The itemised cost for one image in the given convention.
  public func cost(_ convention: CostConvention = .multiplyAdds) -> Cost {
    var items: [Cost.Item] = []
    var exits: [Int] = []
    var lazyExits: [Int] = []
    var backbone = 0
    var heads = 0
    for step in steps {
      let operations = convention.count(step.plan.work)
      switch step {
      case .layer(let plan):
        backbone += operations
        plan.collectItems(into: &items, path: plan.name, exit: nil, convention)
      case .exit(let index, let head):
        heads += operations
        head.collectItems(into: &items, path: head.name, exit: index, convention)
        exits.append(backbone + heads)
        lazyExits.append(backbone + operations)
      }
    }
    return Cost(
      convention: convention, items: items, exits: exits, lazyExits: lazyExits,
      backbone: lazyExits.last ?? 0)
  }
}

extension LayerPlan {
  /// Appends this layer, if it has work or parameters of its own, and then its inner layers.
  func collectItems(
    into items: inout [Cost.Item], path: String, exit: Int?, _ convention: CostConvention
  ) {
    let operations = convention.count(ownWork)
    if children.isEmpty || operations > 0 || !parameters.isEmpty {
      items.append(
        Cost.Item(
          name: path, kind: kind, output: output,
          parameters: parameters.reduce(0) { $0 + $1.shape.count }, operations: operations,
          exit: exit))
    }
    for child in children {
      child.collectItems(into: &items, path: "\(path).\(child.name)", exit: exit, convention)
    }
  }
}
