/// Why a cell could not be compiled.
package enum CompileFailure: Error, Sendable {
  /// The compiler rejected it: the first message as a sentence, and lines for a person.
  case rejected(message: String, lines: [String])
  /// It was cancelled.
  case cancelled
  /// There is no working toolchain, disk or library: one sentence.
  case unable(String)
}
