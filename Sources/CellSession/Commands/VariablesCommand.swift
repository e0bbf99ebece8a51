import CellCompiler
import Display

extension Command {
  static let vars = Command(
    name: "vars", aliases: ["who", "whos"], summary: "lists the variables with types and sizes",
    detail: """
      Sizes are those of the values and of the arrays, texts, sets, dictionaries and tensors in \
      them. “≥” marks values that hold objects, whose full size is not known. A type of yours is \
      counted in full when it conforms to MemorySized.
      """
  ) { run, arguments in
    try run.expectNone(arguments, of: "vars")
    guard let table = try run.variables() else { return run.say("There are no variables yet.") }
    run.show(table)
  }

  static let memory = Command(
    name: "memory", aliases: ["mem"], summary: "tells how much memory is in use, and by what",
    detail: """
      “Resident” is what lies in the machine's memory now; “peak” is the most that has. The snapshot \
      before a cell shares the cells' memory: only what the cell then writes over is there twice, \
      until it ends.
      """
  ) { run, arguments in
    try run.expectNone(arguments, of: "memory")
    run.show(run.processes)
    run.say(run.snapshotCost)
    if let table = try run.variables(largest: 5) { run.show(table) }
  }
}

extension CommandRun {
  /// The notebook's variables as a table; `nil` if there are none.
  func variables(largest: Int? = nil) throws -> MIMEBundle? {
    let all = session.compiler.liveNames.filter { $0.kind == .variable }
    if all.isEmpty { return nil }
    var unseen: Set<Int> = []
    while true {
      do { return try evaluate(Self.listing(of: all, unseen: unseen, largest: largest)) } catch {
        guard let failure = error as? CellFailure, failure.name == "CompileError" else {
          throw error
        }
        // One variable on each line, from the second on: those that the compiler objects to, such as
        // values that cannot be copied, are listed without a look at them.
        let lines = failure.traceback.joined(separator: "\n").matches(of: #/In\[\d+\]:(\d+)/#)
        let objects = Set(lines.compactMap { Int($0.1) }.map { $0 - 2 })
        let news = objects.filter { all.indices.contains($0) && !unseen.contains($0) }
        guard !news.isEmpty else { throw failure }
        unseen.formUnion(news)
      }
    }
  }

  private static func listing(
    of variables: [LiveName], unseen: Set<Int>, largest: Int?
  ) -> String {
    let lines = variables.enumerated().map { index, variable in
      let name = "CellHooks.variable(\(variable.name.literal), cell: \(variable.cell), "
      if variable.isComputed { return "\(name)unseen: \"computed at each use\")," }
      if unseen.contains(index) { return "\(name)unseen: \"cannot be copied\")," }
      return "\(name)\(variable.name)),"
    }
    let end = largest.map { "], largest: \($0))" } ?? "])"
    return "CellHooks.table([\n\(lines.joined(separator: "\n"))\n\(end)"
  }

  /// What snapshots cost, in a sentence.
  fileprivate var snapshotCost: String {
    guard session.snapshotsEnabled else { return "Snapshots are off: they cost nothing." }
    guard let last = session.lastSnapshot else {
      return session.hasSnapshotFailed
        ? "Snapshots are on, but the last could not be taken: a crash costs all variables."
        : "Snapshots are on; none has been taken since the cells' process was started."
    }
    let size = byteText(last.shared)
    return "The last snapshot took \(durationText(last.duration)) and shared \(size) with the "
      + "cells; what a cell writes over is there twice until it ends."
  }

  /// The memory of the two processes.
  fileprivate var processes: MIMEBundle {
    let known = [("cells", session.workerMemory), ("kernel", WorkerMemory.ofThisProcess)]
    return InfoTable(
      header: ["process", "resident", "peak"],
      rows: known.map { name, memory in
        [
          name, memory.map { byteText($0.resident) } ?? "–",
          memory.map { byteText($0.peak) } ?? "–",
        ]
      }, numeric: [1, 2]
    ).bundle
  }
}
