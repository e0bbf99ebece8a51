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
    let ranked = known.map { ($0, $0.distance(to: name)) }.filter { $0.1 <= 2 && $0.1 < name.count }
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

extension String {
  /// How many letters must be changed, added, removed or swapped to make the other text
  /// (optimal string alignment).
  func distance(to other: String) -> Int {
    let a = Array(lowercased())
    let b = Array(other.lowercased())
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        let change = rows[i][j] + (a[i] == b[j] ? 0 : 1)
        var best = Swift.min(change, row[j] + 1, rows[i][j + 1] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = Swift.min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
