import CellCompiler
import Display
import Glibc

extension Command {
  static let time = Command(
    name: "time", arguments: "[CODE]", summary: "tells how long the cell takes",
    detail: """
      The time by the clock, the processors' time, the time of compilation, and the most memory.
        %time
        let model = try net.train(.joint, on: data)
      or, on one line,
        %time numbers.sorted()
      %time 10 does the cell ten times, as %timeit 10 does.
      """, takesCode: true
  ) { run, arguments in
    if let count = Int(arguments) { return try run.repeatSource(count) }
    guard run.hasSwift else { throw noCode("time") }
    run.timing = CellTiming()
  }

  static let timeit = Command(
    name: "timeit", arguments: "[N] [CODE]", summary: "does the cell again and again, and times it",
    detail: """
      Without N for about a second. Names that the cell defines are its own and do not stay. Cells \
      are compiled without optimisation unless %optimize stands above.
      """, takesCode: true, takesCount: true
  ) { run, arguments in try run.repeatSource(Int(arguments)) }

  static let optimize = Command(
    name: "optimize", aliases: ["O"], arguments: "[on|off] [CODE]",
    summary: "compiles the cell for speed (-O)",
    detail: """
      Loops over numbers run 10 to 100 times as fast; the compilation takes longer. “on” does so \
      for all cells from here on. What the cell calls from earlier cells stays as it was compiled \
      there.
      """, takesCode: true
  ) { run, arguments in
    let state = run.session.commandState
    switch arguments {
    case "on", "off":
      state.optimizesAll = arguments == "on"
      let how = state.optimizesAll ? "for speed (-O)" : "quickly, without optimisation"
      run.say("Cells are compiled \(how).")
    case "":
      guard run.hasSwift else { throw noCode("optimize") }
      state.optimizesCell = true
    default: throw CommandFailure("%optimize takes “on”, “off” or code, and got “\(arguments)”.")
    }
  }

  private static func noCode(_ name: String) -> CommandFailure {
    CommandFailure("%\(name) stands at the head of a cell: write the Swift below it.")
  }
}

extension CommandRun {
  /// Puts code in the place of the cell that does it again and again.
  func repeatSource(_ count: Int?) throws {
    guard hasSwift else {
      throw CommandFailure("%timeit stands at the head of a cell: write the Swift below it.")
    }
    guard count ?? 1 > 0 else { throw CommandFailure("A cell cannot be done 0 times.") }
    let (effect, wait) =
      source.contains(#/\bawait\b/#) ? (" async throws", "try await") : (" throws", "try")
    // Before the first line, which is a command's and blank, so that lines stay the user's.
    let number = count.map(String.init) ?? "nil"
    source =
      "do { func offrampTimed()\(effect) { \(source)\n}; "
      + "Display.display(\(wait) Display.Repetition(\(number)) { \(wait) offrampTimed() }) }"
  }
}

/// What a cell costs in time and memory.
struct CellTiming {
  private var begin = ContinuousClock.now
  private var processor: Duration?
  private var process: pid_t?

  /// Begins to count.
  mutating func start(_ session: CellSession) {
    session.commandState.lastCompilation = nil
    process = session.workerProcess
    if let process { Self.forgetPeak(of: process) }
    processor = process.flatMap(Self.processorTime)
    begin = .now
  }

  /// What was counted since.
  func text(_ session: CellSession) -> String {
    let whole = ContinuousClock.now - begin
    let compilation = session.commandState.lastCompilation
    var parts = [durationText(max(whole - (compilation?.duration ?? .zero), .zero))]
    if let process, process == session.workerProcess, let processor,
      let now = Self.processorTime(of: process)
    {
      parts.append("processors \(durationText(now - processor))")
    }
    if let compilation {
      let time = durationText(compilation.duration)
      parts.append(compilation.cell.isCached ? "from the cache in \(time)" : "compiled in \(time)")
    }
    if let peak = session.workerMemory?.peak { parts.append("peak memory \(byteText(peak))") }
    return "time \(parts.joined(separator: ", "))"
  }

  /// The time that processors have spent on a process, for itself and in the system.
  private static func processorTime(of process: pid_t) -> Duration? {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return nil
    }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Has the system count a process's most memory from now on.
  private static func forgetPeak(of process: pid_t) {
    let file = open("/proc/\(process)/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    write(file, "5", 1)
    close(file)
  }
}
