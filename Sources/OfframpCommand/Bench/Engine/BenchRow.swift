/// One measured time.
struct BenchRow: CustomStringConvertible {
  enum Kind: String, CaseIterable { case train, eval, latency, early }

  let kind: Kind
  /// The exit, counted from 1, and how many there are; for latency.
  var exit: (number: Int, count: Int)?
  var batch: Int?
  let milliseconds: Double
  /// The milliseconds of its convolutions and matrix products alone, as oneDNN computes them; for
  /// train and eval.
  var limit: Double?
  /// The same with our own products, where they differ; for train and eval.
  var products: Double?
  /// The most megabytes that were resident above the bare process; for train.
  var memory: Double?
  /// The time, and the multiply-adds, as shares of those of the last exit; for latency and early.
  var share: (time: Double, multiplyAdds: Double)?

  /// The row's own fields of a JSON object.
  var fields: String {
    var text = "\"what\": \"\(kind.rawValue)\""
    if let batch { text += ", \"batch\": \(batch)" }
    if let exit { text += ", \"exit\": \(exit.number), \"exits\": \(exit.count)" }
    text += ", \"ms\": \(milliseconds.rounded(to: 4))"
    if let limit { text += ", \"limit_ms\": \(limit.rounded(to: 4))" }
    if let products { text += ", \"products_ms\": \(products.rounded(to: 4))" }
    if let memory { text += ", \"memory_mb\": \(memory.rounded(to: 1))" }
    if let share {
      text += ", \"time_ratio\": \(share.time.rounded(to: 4))"
      text += ", \"multiply_add_ratio\": \(share.multiplyAdds.rounded(to: 4))"
    }
    return text
  }

  var description: String {
    let place = exit.map { "exit \($0.number) of \($0.count)" } ?? "batch \(batch ?? 1)"
    var text = "\(kind.rawValue)".padded(to: 9) + place.padded(to: 14)
    text += "\(milliseconds.rounded(to: 3)) ms".padded(to: 14)
    if let limit {
      text += "\((milliseconds / limit).rounded(to: 2)) × limit of \(limit.rounded(to: 3)) ms"
    }
    if let products { text += ", \((milliseconds / products).rounded(to: 2)) × own products" }
    if let memory { text += ", \(memory.rounded(to: 1)) MB" }
    if let share {
      text += "\(share.time.rounded(to: 3)) of the time, "
      text += "\(share.multiplyAdds.rounded(to: 3)) of the multiply-adds"
      if kind == .early {
        text += ": \((share.multiplyAdds / share.time).rounded(to: 2)) of the speed-up they promise"
      }
    }
    return text
  }

  /// The median time of `runs` calls after `warm` that do not count, in milliseconds.
  static func median(warm: Int, runs: Int, _ body: () throws -> Void) throws -> Double {
    for _ in 0..<warm { try body() }
    let clock = ContinuousClock()
    let times = try (0..<runs).map { _ in try clock.measure(body) }
    return times.sorted()[runs / 2] / .milliseconds(1)
  }
}

// A machine that changes speed should change all of what is compared: it is measured in turns.
extension BenchRow {
  /// The median times of `runs` turns after `warm` that do not count.
  static func medians(
    warm: Int, runs: Int, _ bodies: [() throws -> Void]
  ) throws -> [Double] {
    try medians(warm: warm, turns: runs, of: bodies) { try median(warm: 0, runs: 1, $0) }
  }

  /// The same of what takes so little time that each turn is the median of several calls, with what
  /// they need in the caches.
  static func mediansOfBrief(_ bodies: [() throws -> Void]) throws -> [Double] {
    try medians(warm: 1, turns: 15, of: bodies) { try median(warm: 3, runs: 9, $0) }
  }

  private static func medians(
    warm: Int, turns: Int, of bodies: [() throws -> Void],
    _ measure: (() throws -> Void) throws -> Double
  ) throws -> [Double] {
    var times = bodies.map { _ in [Double]() }
    for _ in 0..<(warm + turns) {
      for (index, body) in bodies.enumerated() { times[index].append(try measure(body)) }
    }
    return times.map { $0.dropFirst(warm).sorted()[turns / 2] }
  }
}

extension Double {
  fileprivate func rounded(to digits: Int) -> Double {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}
