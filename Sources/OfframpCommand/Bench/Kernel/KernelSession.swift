import Glibc
import JupyterProtocol

/// One start of a kernel, with everything that is timed in it.
struct KernelSession {
  /// Samples by quantity, in its unit.
  typealias Samples = [KernelQuantity: [Double]]

  private let kernel: BenchedKernel
  private let round: Int
  private let isFirst: Bool
  /// Is told what could not be measured, and why.
  private let onFailure: (String) -> Void
  private static let cells = 8
  private static let updates = 5000

  /// - Parameter isFirst: whether this round's cells are new to the kernel.
  init(
    _ kernel: BenchedKernel, round: Int, isFirst: Bool,
    onFailure: @escaping (String) -> Void = { _ in }
  ) {
    self.kernel = kernel
    self.round = round
    self.isFirst = isFirst
    self.onFailure = onFailure
  }

  /// Starts the kernel, measures, and ends it.
  ///
  /// The first session of a round measures everything; the second runs the cells again and times
  /// the end.
  func measure() throws -> Samples {
    var samples: Samples = [:]
    let connection = try BenchConnection(folder: kernel.folder)
    defer { unlink(connection.path) }
    let compiled = compiledCells
    let began = BenchClock.now()
    let process = try BenchedProcess(kernel, connectionFile: connection.path)
    defer { process.end() }
    let front = try KernelConversation(connection.file, seconds: 60)
    _ = try front.timeReply("kernel_info_request")
    samples[.start] = [(BenchClock.now() - began) * 1e3]
    try front.waitUntilHeard()
    _ = try front.timeCell(kernel.language.preparation)
    samples[isFirst ? .firstRun : .secondRun] = try (1...Self.cells).map {
      try front.timeCell(kernel.language.trivial(round, $0)) * 1e3
    }
    if isFirst {
      samples.merge(measureRest(front, process)) { $1 }
    } else {
      if kernel.cache != nil { samples[.recompiled] = [Double(compiledCells - compiled)] }
      samples[.shutdown] = attempt { [try shutdown(front, process) * 1e3] }
    }
    return samples
  }

  private func measureRest(_ front: KernelConversation, _ process: BenchedProcess) -> Samples {
    let unfinished: JSON = ["code": .string(kernel.language.unfinished)]
    var samples: Samples = [:]
    samples[.memory] = [IdleProcesses(of: process.id).residentBytes / 1e6]
    samples[.kernelInfo] = attempt { try times(40) { try front.timeReply("kernel_info_request") } }
    samples[.isComplete] = attempt {
      try times(40) { try front.timeReply("is_complete_request", unfinished) }
    }
    samples[.completion] = attempt { try completion(front) }
    samples[.firstOutput] = attempt { try times(3) { try firstOutput(front) } }
    samples[.updates] = attempt { [try updates(front)] }
    let idle = IdleProcesses(of: process.id)
    usleep(500_000)
    samples[.processor] = [idle.processorTime(seconds: 2) * 1e3]
    samples[.memoryAfterCompletion] = [idle.residentBytes / 1e6]
    // Last, because a kernel that cannot be interrupted is of no use afterwards.
    let stops = attempt { try (0..<3).map { _ in try interrupt(front, process) } }
    samples[.interruptReply] = stops?.compactMap { $0.reply.map { $0 * 1e3 } }
    samples[.cooperativeStop] = stops?.map { $0.idle * 1e3 }
    return samples
  }

  /// What the body measures; nil, and a word about it, where the kernel does not do its part.
  private func attempt<Result>(_ body: () throws -> Result) -> Result? {
    do { return try body() } catch {
      onFailure("\(kernel.name): \(error)")
      return nil
    }
  }

  private func times(_ count: Int, _ body: () throws -> Double) rethrows -> [Double] {
    try (0..<count).map { _ in try body() * 1e3 }
  }

  private func completion(_ front: KernelConversation) throws -> [Double] {
    let code = kernel.language.completed
    let content: JSON = ["code": .string(code), "cursor_pos": .integer(code.count)]
    for _ in 0..<3 { _ = try front.timeReply("complete_request", content) }
    return try times(15) { try front.timeReply("complete_request", content) }
  }

  /// Seconds from a cell's write to the text's arrival.
  private func firstOutput(_ front: KernelConversation) throws -> Double {
    let request = front.start(kernel.language.stamped)
    let stamp = try front.stamp(of: request)
    try front.finish(request)
    return stamp.arrived - stamp.written
  }

  /// Interrupts an endless cell in the way the kernel asks for: seconds until the reply, where
  /// there is one, and until the cell has ended.
  private func interrupt(
    _ front: KernelConversation, _ process: BenchedProcess
  ) throws -> (reply: Double?, idle: Double) {
    let cell = front.start(kernel.language.endless)
    _ = try front.answer(to: cell, on: .iopub) { $0.header.type == "stream" }
    usleep(100_000)
    let began = BenchClock.now()
    var reply: Double?
    if kernel.isInterruptedByMessage {
      let request = front.send("interrupt_request", on: .control)
      _ = try front.answer(to: request, on: .control)
      reply = BenchClock.now() - began
    } else {
      kill(process.id, SIGINT)
    }
    _ = try front.answer(to: cell, on: .iopub) { $0.content["execution_state"] == "idle" }
    let idle = BenchClock.now() - began
    _ = try front.answer(to: cell, on: .shell)
    return (reply, idle)
  }

  /// Redraws of one display a second, from the first until the last has arrived.
  private func updates(_ front: KernelConversation) throws -> Double {
    let request = front.start(kernel.language.updates(Self.updates))
    let stamp = try front.stamp(of: request)
    let last = "\(Self.updates - 1)"
    _ = try front.answer(to: request, on: .iopub) {
      $0.header.type == "update_display_data" && $0.content["data"]?["text/plain"]?.string == last
    }
    let seconds = BenchClock.now() - stamp.written
    try front.finish(request)
    return Double(Self.updates) / seconds
  }

  /// Seconds from the request until the process is gone.
  private func shutdown(_ front: KernelConversation, _ process: BenchedProcess) throws -> Double {
    let began = BenchClock.now()
    front.send("shutdown_request", ["restart": false], on: .control)
    try process.waitForEnd(seconds: 10)
    return BenchClock.now() - began
  }

  /// How many compiled cells the kernel's cache holds.
  private var compiledCells: Int {
    guard let cache = kernel.cache else { return 0 }
    return Files.names(in: "\(cache)/cells").count { $0.hasSuffix(".so") }
  }
}
