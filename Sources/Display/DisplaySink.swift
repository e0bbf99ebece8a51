import Glibc
import Synchronization

/// Where displays go: a notebook, or a terminal.
public protocol DisplaySink: Sendable {
  /// Shows a value; `id` names it for later updates.
  func show(_ bundle: MIMEBundle, id: String?)
  /// Replaces the content of every display named `id`.
  func update(_ bundle: MIMEBundle, id: String)
  /// Removes what was shown; `wait` delays that until something new is shown.
  func clear(wait: Bool)
  /// Shows text for reading beside the notebook, as help is.
  func page(_ bundle: MIMEBundle)
  /// Asks the user for a line of text and waits for it.
  ///
  /// - Parameter isSecret: Whether the text is hidden while it is typed.
  /// - Throws: ``InputError`` where nobody can be asked, ``Interrupted`` if the user would rather not.
  func ask(_ prompt: String, isSecret: Bool) throws -> String
  /// Sends a message over a comm; dropped where there are none.
  func send(_ message: CommMessage)
}

/// The process's one display output.
///
/// In a notebook it leads to the front end. Without one, as in a test or a program, displays are
/// printed as plain text.
public enum DisplayOutput {
  private static let current = Mutex<any DisplaySink>(PlainTextSink())

  /// The sink that receives every display of the process.
  public static var sink: any DisplaySink {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}

/// Prints the plain text of a display; a line cannot be taken back, so updates are printed below.
struct PlainTextSink: DisplaySink {
  func show(_ bundle: MIMEBundle, id: String?) { print(bundle.plainText) }
  func update(_ bundle: MIMEBundle, id: String) { print(bundle.plainText) }
  func clear(wait: Bool) {}
}

extension DisplaySink {
  public func page(_ bundle: MIMEBundle) { print(bundle.plainText) }

  public func ask(_ prompt: String, isSecret: Bool) throws -> String {
    print(prompt, terminator: "")
    fflush(nil)
    guard let line = Swift.readLine() else { throw InputError.unavailable }
    return line
  }

  public func send(_ message: CommMessage) {}
}
