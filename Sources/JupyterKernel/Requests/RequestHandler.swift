import CellSession
import JupyterProtocol

/// Answers requests, each between `busy` and `idle`.
///
/// Shell requests are answered by the execution thread one after the other, control requests by
/// the control thread at any time, questions to a subshell by its own.
final class RequestHandler: Sendable {
  let host: any CellHost
  let runner: CellRunner
  let iopub: IOPub
  let comms: CommRegistry
  let history: History
  let queue: RequestQueue
  let subshells: Subshells
  /// Where replies to shell requests go, whichever thread answers them.
  let shell: RouterChannel
  let log: Log
  /// For what a front end may send wrong again and again.
  let dropped: SparingLog
  private let messages: MessageFactory
  private let identity: KernelIdentity
  private let connection: ConnectionFile
  private let onShutdown: @Sendable () -> Void

  init(
    host: any CellHost, runner: CellRunner, iopub: IOPub, comms: CommRegistry,
    history: History, messages: MessageFactory, identity: KernelIdentity,
    connection: ConnectionFile,
    queue: RequestQueue, subshells: Subshells, shell: RouterChannel, log: Log,
    onShutdown: @escaping @Sendable () -> Void
  ) {
    self.host = host
    self.runner = runner
    self.iopub = iopub
    self.comms = comms
    self.history = history
    self.messages = messages
    self.identity = identity
    self.connection = connection
    self.queue = queue
    self.subshells = subshells
    self.shell = shell
    self.log = log
    dropped = SparingLog(log)
    self.onShutdown = onShutdown
  }

  /// Answers one request.
  ///
  /// `idle` is the last that is published for it, whatever happens.
  func handle(_ request: Message, from channel: RouterChannel, isAborted: Bool = false) {
    iopub.publish(Status.busy, parent: request.header)
    switch channel.channel {
    case .control: answerControl(request, on: channel)
    default: answerShell(request, on: channel, isAborted: isAborted)
    }
    iopub.publish(Status.idle, parent: request.header)
    if request.header.type == ShutdownRequest.type { onShutdown() }
  }

  private func answerShell(_ request: Message, on channel: RouterChannel, isAborted: Bool) {
    switch request.header.type {
    case ExecuteRequest.type: execute(request, on: channel, isAborted: isAborted)
    case CompleteRequest.type: complete(request, on: channel)
    case InspectRequest.type: inspect(request, on: channel)
    case HistoryRequest.type:
      reply(to: request, on: channel) { (content: HistoryRequest) in
        HistoryReply(history.entries(content), hasOutput: content.wantsOutput)
      }
    case CommOpen.type, CommData.type, CommClose.type: deliver(request)
    case ConnectRequest.type: reply(ConnectReply(connection), to: request, on: channel)
    default: answerAnywhere(request, on: channel)
    }
  }

  private func answerControl(_ request: Message, on channel: RouterChannel) {
    switch request.header.type {
    case CreateSubshellRequest.type: createSubshell(request, on: channel)
    case DeleteSubshellRequest.type: deleteSubshell(request, on: channel)
    case ListSubshellRequest.type:
      reply(ListSubshellReply(ids: subshells.ids), to: request, on: channel)
    case DebugRequest.type: reply(DebugReply(declining: request.content), to: request, on: channel)
    default: answerAnywhere(request, on: channel)
    }
  }

  /// Answers what clients of one protocol version or another ask on both channels.
  private func answerAnywhere(_ request: Message, on channel: RouterChannel) {
    switch request.header.type {
    case KernelInfoRequest.type: reply(identity.reply, to: request, on: channel)
    case IsCompleteRequest.type:
      reply(to: request, on: channel) { (content: IsCompleteRequest) in
        IsCompleteReply(type(of: host).completeness(of: content.code))
      }
    case CommInfoRequest.type:
      reply(to: request, on: channel) { (content: CommInfoRequest) in
        CommInfoReply(comms: comms.open(target: content.target))
      }
    case InterruptRequest.type:
      runner.interrupt()
      reply(InterruptReply(), to: request, on: channel)
    case ShutdownRequest.type:
      reply(to: request, on: channel) { (content: ShutdownRequest) in
        let reply = ShutdownReply(restart: content.restart)
        iopub.publish(reply, parent: request.header)
        return reply
      }
    // The protocol wants no reply to types that a kernel does not know.
    default: break
    }
  }

  // MARK: Replies

  /// Replies with what `answer` makes of the request's content; with an error where that is not
  /// what its type requires.
  func reply<Request: RequestContent>(
    to request: Message, on channel: RouterChannel,
    _ answer: (Request) -> some OutgoingContent
  ) {
    do { reply(answer(try Request(request.content)), to: request, on: channel) } catch {
      refuse(request, on: channel, name: "InvalidRequest", error.description)
    }
  }

  /// Replies with an error; to messages that are no requests there is no reply.
  func refuse(_ request: Message, on channel: RouterChannel, name: String, _ sentence: String) {
    guard request.header.type.hasSuffix("_request") else { return dropped(sentence) }
    let type = "\(request.header.type.dropLast("request".count))reply"
    let error = ErrorContent(name: name, value: sentence, traceback: [sentence])
    channel.send(
      messages.message(
        type, content: FailureReply(error).json, parent: request.header,
        identities: request.identities))
  }

  func reply(
    _ content: some OutgoingContent, to request: Message, on channel: RouterChannel
  ) {
    channel.send(
      messages.message(content, parent: request.header, identities: request.identities))
  }
}

extension IsCompleteReply {
  init(_ completeness: Completeness) {
    switch completeness {
    case .complete: self = .complete
    case .incomplete(let indent): self = .incomplete(indent: indent)
    case .invalid: self = .invalid
    }
  }
}

extension ErrorContent {
  /// A request whose content is not what its type requires.
  init(invalid error: ContentError) {
    self.init(name: "InvalidRequest", value: error.description, traceback: [error.description])
  }
}
