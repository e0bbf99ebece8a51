import CellSession
import Display
import Glibc

/// Prints what a cell shows, as plain text.
struct CellPrinter {
  /// The newest content of the displays that were changed after they were shown.
  private var updates: [(id: String, text: String)] = []
  /// Whether the terminal's last line shows how far a loop has come, to be written over.
  private var isFollowing = false

  /// Prints an event at once; a change of a display only when the cell ends, since text that is
  /// printed cannot be taken back.
  mutating func show(_ event: CellEvent) {
    if case .update = event {} else { stopFollowing() }
    switch event {
    case .stream(.standardOutput, let text): put(text, to: STDOUT_FILENO)
    case .stream(.standardError, let text): put(text, to: STDERR_FILENO)
    case .display(let bundle, let id?) where id.hasPrefix(Self.loops): note(bundle, id: id)
    case .display(let bundle, _): put(bundle.plain + "\n", to: STDOUT_FILENO)
    case .update(let bundle, let id): note(bundle, id: id)
    case .clearOutput, .comm: break
    case .page(let bundle): put(bundle.plain + "\n", to: STDOUT_FILENO)
    }
  }

  /// What the names of displays begin with that show how far a loop has come.
  private static let loops = "progress-"

  private mutating func note(_ bundle: MIMEBundle, id: String) {
    updates.removeAll { $0.id == id }
    updates.append((id, bundle.plain))
    guard id.hasPrefix(Self.loops), isatty(STDOUT_FILENO) != 0 else { return }
    put("\r\(bundle.plain.prefix { $0 != "\n" })\u{1B}[K", to: STDOUT_FILENO)
    isFollowing = true
  }

  private mutating func stopFollowing() {
    if isFollowing { put("\r\u{1B}[K", to: STDOUT_FILENO) }
    isFollowing = false
  }

  /// Prints how the cell ended.
  mutating func finish(_ outcome: CellOutcome) {
    stopFollowing()
    for (_, text) in updates { put(text + "\n", to: STDOUT_FILENO) }
    switch outcome {
    case .finished(let result?): put(result.plain + "\n", to: STDOUT_FILENO)
    case .finished(nil): break
    case .failed(let failure):
      put(failure.traceback.map { "\($0)\n" }.joined(), to: STDERR_FILENO)
    }
  }

  private func put(_ text: String, to file: Int32) {
    var shown = isatty(file) == 0 ? text.withoutColours : text
    shown.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let count = write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        // Whoever read our output has gone: there is nobody left to tell.
        guard count > 0 || errno == EINTR else { return }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }
}

extension MIMEBundle {
  fileprivate var plain: String {
    guard case .text(let text)? = data["text/plain"] else { return "" }
    return text
  }
}

extension String {
  /// The text without the escape sequences that colour it in a terminal.
  fileprivate var withoutColours: String { replacing(/\u{1B}\[[0-9;]*m/, with: "") }
}
