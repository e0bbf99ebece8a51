/// One measured time.
struct BenchRow: CustomStringConvertible {
  enum Kind: String { case train, eval, latency }

  let kind: Kind
  /// The exit, counted from 1, and how many there are; for latency.
  var exit: (number: Int, count: Int)?
  var batch: Int?
  let milliseconds: Double

  /// The row's own fields of a JSON object.
  var fields: String {
    var text = "\"what\": \"\(kind.rawValue)\""
    if let batch { text += ", \"batch\": \(batch)" }
    if let exit { text += ", \"exit\": \(exit.number), \"exits\": \(exit.count)" }
    return text + ", \"ms\": \(rounded)"
  }

  var description: String {
    let place = exit.map { "exit \($0.number) of \($0.count)" } ?? "batch \(batch ?? 1)"
    let name = kind.rawValue
    return name + String(repeating: " ", count: 9 - name.count) + place
      + String(repeating: " ", count: max(1, 14 - place.count)) + "\(rounded) ms"
  }

  private var rounded: Double { (milliseconds * 1e4).rounded() / 1e4 }

  /// The median time of `runs` calls after `warm` that do not count, in milliseconds.
  static func median(warm: Int, runs: Int, _ body: () throws -> Void) throws -> Double {
    for _ in 0..<warm { try body() }
    let clock = ContinuousClock()
    let times = try (0..<runs).map { _ in try clock.measure(body) }
    return times.sorted()[runs / 2] / .milliseconds(1)
  }
}
