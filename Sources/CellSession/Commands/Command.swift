import CellCompiler

/// One of the commands that a cell may begin with.
struct Command: Sendable {
  /// What follows `%`.
  var name: String
  /// Other names for the same.
  var aliases: [String] = []
  /// Its arguments, as help shows them: `[on|off]`.
  var arguments = ""
  /// What it does, in a line.
  var summary: String
  /// What else there is to know.
  var detail = ""
  /// Whether Swift may follow on the same line.
  var takesCode = false
  /// Whether a number may stand before it.
  var takesCount = false
  /// Does it.
  var run: @Sendable (CommandRun, _ arguments: String) throws -> Void

  /// Whether text behind a command that takes code is nevertheless its own.
  func isOwn(_ arguments: String) -> Bool {
    arguments.isEmpty || ["on", "off"].contains(arguments) || Int(arguments) != nil
  }
}

/// A command that could not do what it was asked.
struct CommandFailure: Error {
  /// The failure's name.
  var name = "CommandError"
  /// One sentence.
  var message: String
  /// What the tools said.
  var lines: [String] = []

  init(_ message: String, lines: [String] = [], name: String = "CommandError") {
    self.name = name
    self.message = message
    self.lines = lines
  }
}

/// What commands have set and found out, for one session; the thread that runs cells owns it.
final class CommandState {
  /// Whether all cells are compiled for speed.
  var optimizesAll = false
  /// Whether the running cell is.
  var optimizesCell = false
  /// The last compilation.
  var lastCompilation: LastCompilation?
  /// What `%env` has set.
  var environment: [String: String] = [:]
  /// The packages; made with the first.
  var packages: PackageStore?
}
