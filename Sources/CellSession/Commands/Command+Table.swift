import CellCompiler

extension Command {
  /// All commands, as help lists them.
  static let all: [Command] = [
    help, vars, time, timeit, memory, optimize, package, snapshots, reset, last, cache,
    cd, env,
  ]

  /// The command of a name.
  static func named(_ name: String) -> Command? {
    all.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// The name that a user may have meant.
  static func nearest(to name: String) -> String? {
    let known = all.flatMap { [$0.name] + $0.aliases }
    let ranked = known.map { ($0, $0.editDistance(to: name)) }.filter {
      $0.1 <= 2 && $0.1 < name.count
    }
    return ranked.min { $0.1 < $1.1 }?.0
  }
}

extension CellSession {
  /// A command as help and completion show it.
  public struct CommandDescription: Hashable, Sendable {
    /// What follows `%`.
    public let name: String
    /// Its arguments: `[on|off]`.
    public let arguments: String
    /// What it does, in a line.
    public let summary: String
  }

  /// The commands that a cell may begin with.
  public static let commands = Command.all.map {
    CommandDescription(name: $0.name, arguments: $0.arguments, summary: $0.summary)
  }

  /// A cell's Swift, with blanks in the place of the commands at its head.
  public static func swift(of code: String) -> String { CommandCell.swift(of: code) }
}
