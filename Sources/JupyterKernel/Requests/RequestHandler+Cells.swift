import Display
import JupyterProtocol

/// Requests that run code in the cells' process.
extension RequestHandler {
  func execute(_ request: Message, on channel: RouterChannel, isAborted: Bool) {
    reply(isAborted ? runner.abortedReply() : run(request), to: request, on: channel)
  }

  private func run(_ request: Message) -> ExecuteReply {
    do {
      let content = try ExecuteRequest(request.content)
      let reply = runner.run(content, for: request)
      if case .error = reply.status, content.stopOnError, !content.silent {
        queue.abortExecutions(of: request.header.subshell)
      }
      return reply
    } catch {
      let refusal = ErrorContent(invalid: error)
      iopub.publish(refusal, parent: request.header)
      return runner.refusal(refusal)
    }
  }

  /// Hands a message over a comm to the cells; a comm that nobody takes is closed again.
  func deliver(_ request: Message) {
    do {
      guard let message = try CommMessage(request) else { return }
      guard comms.note(message) else {
        return dropped("dropped a message for the comm \(message.id), which is not open")
      }
      guard !runner.deliver(message, for: request), case .open = message.kind else { return }
      let close = CommMessage(.close, id: message.id)
      if comms.note(close) { iopub.publish(CommClose(id: message.id), parent: request.header) }
    } catch { dropped("dropped a message on a comm: \(error)") }
  }
}
