/// How long something took that was done again and again.
public struct Repetition: Displayable, Sendable {
  /// The times, shortest first.
  public let times: [Duration]

  /// Does something a number of times.
  ///
  /// - Parameters:
  ///   - count: How often; `nil` goes on for about a second, at least three times.
  ///   - body: What is done.
  /// - Throws: What `body` throws, and ``Interrupted`` between two times.
  public init(_ count: Int?, _ body: () throws -> Void) throws {
    let clock = ContinuousClock()
    var times: [Duration] = []
    let start = clock.now
    while Self.goesOn(after: times.count, of: count, since: clock.now - start) {
      try Interrupt.check()
      times.append(try clock.measure(body))
    }
    self.times = times.sorted()
  }

  /// Does something that suspends a number of times.
  public init(_ count: Int?, _ body: () async throws -> Void) async throws {
    let clock = ContinuousClock()
    var times: [Duration] = []
    let start = clock.now
    while Self.goesOn(after: times.count, of: count, since: clock.now - start) {
      try Interrupt.check()
      let before = clock.now
      try await body()
      times.append(clock.now - before)
    }
    self.times = times.sorted()
  }

  private static func goesOn(after done: Int, of count: Int?, since: Duration) -> Bool {
    if let count { return done < count }
    return done < 3 || (since < .seconds(1) && done < 100_000)
  }

  public var display: MIMEBundle {
    guard let fastest = times.first, let slowest = times.last else {
      return MIMEBundle(plain: "0 runs")
    }
    let middle = durationText(times[times.count / 2])
    return MIMEBundle(
      plain: "\(times.count) \(times.count == 1 ? "run" : "runs"): median \(middle), fastest "
        + "\(durationText(fastest)), slowest \(durationText(slowest))")
  }
}
