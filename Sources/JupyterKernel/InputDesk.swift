import CellSession
import JupyterProtocol

/// Asks the front end whose cell is running for lines of text.
///
/// The question goes out on the stdin channel to the peer that sent the cell on the shell channel:
/// front ends use one identity for both. Answers that nobody waits for are dropped.
final class InputDesk: Sendable {
  private struct State {
    /// The identifier of the question on its way; empty while it is not yet sent.
    var question: String?
    var reply: InputReply?
    var isClosed = false
  }

  private let channel: RouterChannel
  private let messages: MessageFactory
  private let log: SparingLog
  private let state = Monitor(State())

  init(_ channel: RouterChannel, messages: MessageFactory, log: Log) {
    self.channel = channel
    self.messages = messages
    self.log = SparingLog(log)
  }

  /// Asks and waits until the user answers or interrupts, or the kernel ends.
  ///
  /// - Parameter isInterrupted: whether the user has interrupted the cell before it asked.
  func ask(
    _ request: InputRequest, for cell: Message, isInterrupted: () -> Bool
  ) -> InputReply {
    let prompt = InputPrompt(prompt: request.prompt, isPassword: request.isSecret)
    let message = messages.message(prompt, parent: cell.header, identities: cell.identities)
    state.withLock { $0 = State(question: "", isClosed: $0.isClosed) }
    // Checked only now: an interrupt that comes later finds the question.
    if isInterrupted() { interrupt() }
    channel.ask(message) { [state] in state.withLock { $0.question = message.header.id } }
    return state.wait { state in
      guard let reply = state.reply ?? (state.isClosed ? .interrupted : nil) else { return nil }
      state.question = nil
      return reply
    }
  }

  /// Takes a message that came on the stdin channel.
  func receive(_ message: Message) {
    guard message.header.type == InputAnswer.type else {
      return log("dropped a message on stdin: it is no input_reply but `\(message.header.type)`")
    }
    do {
      let answer = try InputAnswer(message.content)
      if !accept(answer, to: message.parentHeader["msg_id"]?.string ?? "") {
        log("dropped a message on stdin: no cell has asked for input")
      }
    } catch { log("dropped a message on stdin: \(error)") }
  }

  /// Ends a question without an answer.
  func interrupt() {
    state.withLock { if $0.question != nil { $0.reply = .interrupted } }
  }

  /// Ends this and all later questions.
  func close() { state.withLock { $0.isClosed = true } }

  /// Whether this is the answer that is waited for; some front ends do not say what they answer.
  private func accept(_ answer: InputAnswer, to question: String) -> Bool {
    state.withLock { state in
      guard let asked = state.question, !asked.isEmpty, state.reply == nil else { return false }
      guard question.isEmpty || question == asked else { return false }
      state.reply = .line(answer.value)
      return true
    }
  }
}
