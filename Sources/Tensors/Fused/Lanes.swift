internal import COneDNN

/// One of some equal parts of a computation; by default all of it.
package struct Part: Hashable, Sendable {
  package let index: Int
  package let count: Int

  package init(_ index: Int = 0, of count: Int = 1) {
    (self.index, self.count) = (index, count)
  }

  /// The numbers below `total` that belong to the part.
  package func range(of total: Int) -> Range<Int> {
    total * index / count..<total * (index + 1) / count
  }
}

/// Threads that each work on something of their own.
package enum Lanes {
  /// Runs `body` with lane 0 here, and with the other numbers below `count` on threads that join in
  /// the meantime; it takes its work from a common supply, for a thread may come late or never.
  ///
  /// Inside, operations use one thread. The first error is thrown when all have ended.
  package static func run(_ count: Int, _ body: @escaping (Int) throws -> Void) throws {
    let call = Call { _, _, lane in try body(lane) }
    withExtendedLifetime(call) {
      odnn_run_lanes(Int32(count), Unmanaged.passUnretained(call).toOpaque()) { context, lane in
        guard let context else { return }
        Unmanaged<Call>.fromOpaque(context).takeUnretainedValue().run(0, Part(), Int(lane))
      }
    }
    try call.check()
  }

  /// Steps that threads share.
  package struct Plan {
    /// The parts of each.
    let parts: [Int32]
    /// For each, the first behind it that waits for it.
    let ends: [Int32]

    package init(parts: [Int32], ends: [Int32]) {
      (self.parts, self.ends) = (parts, ends)
    }
  }

  /// Runs the parts of some steps on `lanes` threads, one group of steps after the other.
  package static func run(
    _ plan: Plan, _ steps: Range<Int>, lanes: Int,
    _ body: @escaping (_ step: Int, _ part: Part, _ lane: Int) throws -> Void
  ) throws {
    let call = Call(body)
    let status = withExtendedLifetime(call) {
      odnn_run_steps(
        Int32(lanes), plan.parts, plan.ends, Int32(steps.lowerBound), Int32(steps.upperBound),
        Unmanaged.passUnretained(call).toOpaque()
      ) { context, step, part, parts, lane in
        guard let context else { return }
        Unmanaged<Call>.fromOpaque(context).takeUnretainedValue()
          .run(Int(step), Part(Int(part), of: Int(parts)), Int(lane))
      }
    }
    guard status == 0 else { throw TensorError("inference: there is no memory left.") }
    try call.check()
  }

  private final class Call {
    let body: (Int, Part, Int) throws -> Void
    private var error: (any Error)?
    private static let errors = Locked<Void>(())

    init(_ body: @escaping (Int, Part, Int) throws -> Void) { self.body = body }

    func run(_ step: Int, _ part: Part, _ lane: Int) {
      do {
        try body(step, part, lane)
      } catch {
        Self.errors.withLock { _ in self.error = self.error ?? error }
      }
    }

    func check() throws {
      if let error { throw error }
    }
  }
}
