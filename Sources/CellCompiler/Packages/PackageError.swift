/// Why a package cannot be used.
package struct PackageError: Error, Sendable {
  /// One sentence: what, where, and what to do.
  package var message: String
  /// What the tools said, for a person; may be empty.
  package var lines: [String] = []
  /// Whether the user interrupted.
  package var isInterruption = false

  init(_ message: String, lines: [String] = []) {
    self.message = message
    self.lines = lines
  }

  static var interruption: Self {
    var error = Self("The cell was interrupted.")
    error.isInterruption = true
    return error
  }
}
