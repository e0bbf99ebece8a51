import Glibc
import Synchronization

/// Asks the user for a line of text and waits for it.
///
/// ```swift
/// let name = try input("Your name: ")
/// let token = try input("Token: ", secret: true)
/// ```
/// - Parameters:
///   - prompt: What the user is asked.
///   - secret: Whether the text is hidden while it is typed.
/// - Returns: The line, without its end.
/// - Throws: ``InputError`` where nobody can be asked, ``Interrupted`` if the user interrupts the
///   cell instead.
public func input(_ prompt: String = "", secret: Bool = false) throws -> String {
  try DisplayOutput.sink.ask(prompt, isSecret: secret)
}

/// Reads a line from the user, as Swift's own function reads it from standard input.
///
/// In a notebook the front end asks for it; in a program this is Swift's own.
///
/// - Parameter strippingNewline: Whether the line comes without its end.
/// - Returns: The line; `nil` where nobody can be asked, which is said once on standard error, and
///   after an interrupt, with which the cell ends when its running statement does.
public func readLine(strippingNewline: Bool = true) -> String? {
  if DisplayOutput.sink is PlainTextSink {
    return Swift.readLine(strippingNewline: strippingNewline)
  }
  do {
    return try input() + (strippingNewline ? "" : "\n")
  } catch let error as InputError {
    if !hasSaidWhy.exchange(true, ordering: .relaxed) { complain(error.description) }
    return nil
  } catch {
    Cutoff.note()
    return nil
  }
}

private let hasSaidWhy = Atomic<Bool>(false)

/// Writes a line to standard error.
private func complain(_ sentence: String) {
  fflush(nil)
  let line = Array("\(sentence)\n".utf8)
  write(STDERR_FILENO, line, line.count)
}
