public import Tensors

extension Model {
  /// All numbers by name: parameters, and running statistics as `running_mean`, `running_var`.
  public func state() -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    for parameter in parameters { state[parameter.name] = parameter.value }
    for (name, statistics) in statistics {
      state["\(name).running_mean"] = statistics.mean
      state["\(name).running_var"] = statistics.variance
    }
    return state
  }

  /// Replaces all numbers by those of `state`.
  ///
  /// Everything is checked before anything is replaced: after an error the model is as it was.
  ///
  /// - Throws: ``CheckpointError`` listing what is missing, unexpected and of another shape.
  public func load(_ state: [String: Tensor]) throws(CheckpointError) {
    try check(state)
    for parameter in parameters {
      if let value = state[parameter.name] { parameter.value = value }
    }
    for (name, statistics) in statistics {
      if let mean = state["\(name).running_mean"] { statistics.mean = mean }
      if let variance = state["\(name).running_var"] { statistics.variance = variance }
    }
  }

  private func check(_ state: [String: Tensor]) throws(CheckpointError) {
    let own = self.state()
    let missing = own.keys.filter { state[$0] == nil }.sorted()
    let unexpected = state.keys.filter { own[$0] == nil }.sorted()
    let misshapen = own.keys.sorted().compactMap { name -> String? in
      guard let expected = own[name]?.shape, let got = state[name]?.shape, got != expected
      else { return nil }
      return "\(name) (\(got), expected \(expected))"
    }
    let complaints = [
      Self.list("missing", missing), Self.list("unexpected", unexpected),
      Self.list("of another shape", misshapen),
    ].compactMap(\.self)
    guard complaints.isEmpty else {
      throw CheckpointError(
        "The numbers are of another network than \(network.name ?? "this one"): "
          + complaints.joined(separator: "; "))
    }
  }

  /// "3 missing: a, b, c", with the first few names, or `nil` when there are none.
  private static func list(_ what: String, _ names: [String]) -> String? {
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(5).joined(separator: ", ")
    return "\(names.count) \(what): \(shown)\(names.count > 5 ? ", …" : "")"
  }
}
