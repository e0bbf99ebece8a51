import CellSession
import Display
import JupyterProtocol

/// Turns what cells let the world see into messages.
struct EventPublisher: Sendable {
  let iopub: IOPub
  let comms: CommRegistry
  let log: Log

  /// Publishes an event of the request with the given header.
  ///
  /// Pages belong into a reply; one that comes when no reply is to be had is shown as a display.
  func publish(_ event: CellEvent, parent: Header?) {
    switch event {
    case .stream(let stream, let text):
      iopub.write(text, to: stream.rawValue, parent: parent)
    case .display(let bundle, let id):
      iopub.publish(DisplayData(MIMEData(bundle, log: log), id: id), parent: parent)
    case .update(let bundle, let id):
      iopub.publish(UpdateDisplayData(MIMEData(bundle, log: log), id: id), parent: parent)
    case .clearOutput(let wait):
      iopub.publish(ClearOutput(wait: wait), parent: parent)
    case .page(let bundle):
      iopub.publish(DisplayData(MIMEData(bundle, log: log)), parent: parent)
    case .comm(let message): publish(message, parent: parent)
    }
  }

  private func publish(_ message: CommMessage, parent: Header?) {
    do {
      let content = try message.content()
      comms.note(message)
      iopub.publish(content, parent: parent)
    } catch {
      log("dropped a message of the comm \(message.id): its data or metadata is \(error)")
    }
  }
}
