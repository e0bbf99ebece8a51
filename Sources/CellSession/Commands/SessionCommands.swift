import CellCompiler
import Display
import Glibc

/// The last run of the compiler.
struct LastCompilation {
  var cell: CompiledCell
  var duration: Duration
  var isOptimized: Bool
  var command: String
}

extension Command {
  static let reset = Command(
    name: "reset", summary: "begins anew: all names are forgotten, the process is a fresh one",
    detail: "Imports and packages are forgotten too. What commands have set stays."
  ) { run, arguments in
    try run.expectNone(arguments, of: "reset")
    let count = run.session.compiler.liveNames.count
    run.session.reset(onEvent: run.onEvent)
    run.session.compiler.forgetImports()
    run.session.commandState.packages?.removeAll()
    run.say("The session begins anew; \(count) \(count == 1 ? "name is" : "names are") forgotten.")
  }

  static let snapshots = Command(
    name: "snapshots", arguments: "[on|off]",
    summary: "tells or sets whether a crash costs earlier cells' variables",
    detail: """
      Before each cell the process is copied, without its memory being copied: a cell that crashes, \
      or does not end when asked, then costs no variable of the cells before. “off” saves the few \
      milliseconds that this takes where much memory is in use.
      """
  ) { run, arguments in
    switch arguments {
    case "on", "off": run.session.snapshotsEnabled = arguments == "on"
    case "": break
    default: throw CommandFailure("%snapshots takes “on” or “off”, and got “\(arguments)”.")
    }
    run.say(
      run.session.snapshotsEnabled
        ? "Snapshots are on: a cell that crashes costs no variable of the cells before."
        : "Snapshots are off: a cell that crashes costs all variables.")
  }

  static let last = Command(
    name: "last", summary: "tells how the last cell was compiled",
    detail: "Its module, its time, whether it came from the cache, and the compiler's arguments."
  ) { run, arguments in
    try run.expectNone(arguments, of: "last")
    guard let last = run.session.commandState.lastCompilation else {
      return run.say("No cell has been compiled yet.")
    }
    let rows = [
      ["cell", "In[\(last.cell.number)]"], ["module", last.cell.module],
      ["time", durationText(last.duration)],
      ["origin", last.cell.isCached ? "from the cache" : "compiled"],
      ["optimisation", last.isOptimized ? "-O" : "-Onone"], ["shared object", last.cell.library],
      ["command", last.command],
    ]
    run.show(InfoTable(rows: rows, code: [1]).bundle)
  }

  static let cache = Command(
    name: "cache", arguments: "[clear]", summary: "tells what is kept of compiled cells",
    detail: "“clear” removes it, but for packages that a notebook uses."
  ) { run, arguments in
    guard ["", "clear"].contains(arguments) else {
      throw CommandFailure("%cache takes “clear” or nothing, and got “\(arguments)”.")
    }
    guard let folder = run.session.configuration.cache else {
      return run.say("There is no cache: no folder for it was found. Name one in OFFRAMP_CACHE.")
    }
    if arguments == "clear" {
      let freed = CacheContents.clear(folder)
      return run.say("\(byteText(freed)) freed in \(folder).")
    }
    let contents = CacheContents(of: folder)
    run.show(
      InfoTable(
        header: ["in \(folder)", "entries", "size"],
        rows: contents.parts.map { [$0.name, "\($0.entries)", byteText($0.bytes)] },
        numeric: [1, 2]
      ).bundle)
  }

  static let cd = Command(
    name: "cd", arguments: "[FOLDER]", summary: "changes the cells' current folder, or tells it"
  ) { run, arguments in
    guard !arguments.isEmpty else { return run.say(run.folder) }
    let path = run.path(arguments)
    let error = try run.evaluate("import Glibc\nGlibc.chdir(\(path.literal)) == 0 ? 0 : errno")
    guard let number = Int32(error.plainText), number != 0 else { return run.say(run.folder) }
    throw CommandFailure(
      "The folder cannot be changed to \(path) (\(String(cString: strerror(number)))).")
  }

  static let env = Command(
    name: "env", arguments: "NAME[=VALUE]",
    summary: "tells or sets a variable of the cells' environment"
  ) { run, arguments in
    let parts = arguments.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map { String($0).trimmed } ?? ""
    guard !name.isEmpty else {
      throw CommandFailure("Name a variable: %env NAME or %env NAME=VALUE.")
    }
    if parts.count == 2 {
      let value = String(parts[1]).trimmed
      _ = try run.evaluate("import Glibc\nGlibc.setenv(\(name.literal), \(value.literal), 1)")
      run.session.commandState.environment[name] = value
      return run.say("\(name)=\(value)")
    }
    let value = try run.evaluate(
      "import Glibc\nGlibc.getenv(\(name.literal)).map { String(cString: $0) } ?? \"(not set)\"")
    run.say("\(name)=\(value.plainText)")
  }
}

extension CommandRun {
  /// A path as the user writes it, made whole.
  func path(_ text: String) -> String {
    var path = text
    for mark in ["\"", "'"] where path.count > 1 && path.hasPrefix(mark) && path.hasSuffix(mark) {
      path = String(path.dropFirst().dropLast())
    }
    if path == "~" || path.hasPrefix("~/") {
      return (session.configuration.environment["HOME"] ?? "") + path.dropFirst()
    }
    return path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }
}
