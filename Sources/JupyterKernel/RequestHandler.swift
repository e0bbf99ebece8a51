import CellSession
import JupyterProtocol

/// Answers requests, each between `busy` and `idle`.
///
/// Shell requests are answered by the execution thread one after the other, control requests by
/// the control thread at any time.
final class RequestHandler: Sendable {
  private let host: any CellHost
  private let runner: CellRunner
  private let iopub: IOPub
  private let messages: MessageFactory
  private let identity: KernelIdentity
  private let queue: RequestQueue
  private let onShutdown: @Sendable () -> Void

  init(
    host: any CellHost, runner: CellRunner, iopub: IOPub, messages: MessageFactory,
    identity: KernelIdentity, queue: RequestQueue, onShutdown: @escaping @Sendable () -> Void
  ) {
    self.host = host
    self.runner = runner
    self.iopub = iopub
    self.messages = messages
    self.identity = identity
    self.queue = queue
    self.onShutdown = onShutdown
  }

  /// Answers one request.
  ///
  /// `idle` is the last that is published for it, whatever happens.
  func handle(_ request: Message, from channel: RouterChannel, isAborted: Bool = false) {
    iopub.publish(Status.busy, parent: request.header)
    answer(request, from: channel, isAborted: isAborted)
    iopub.publish(Status.idle, parent: request.header)
    if request.header.type == ShutdownRequest.type { onShutdown() }
  }

  private func answer(_ request: Message, from channel: RouterChannel, isAborted: Bool) {
    switch request.header.type {
    case KernelInfoRequest.type: reply(identity.reply, to: request, on: channel)
    case ExecuteRequest.type where channel.channel == .shell:
      reply(execute(request, isAborted: isAborted), to: request, on: channel)
    case IsCompleteRequest.type:
      reply(to: request, on: channel) { (content: IsCompleteRequest) in
        IsCompleteReply(type(of: host).completeness(of: content.code))
      }
    case InterruptRequest.type:
      runner.interrupt()
      reply(InterruptReply(), to: request, on: channel)
    case ShutdownRequest.type: shutDown(request, on: channel)
    case CommInfoRequest.type: reply(CommInfoReply(comms: [:]), to: request, on: channel)
    case CommOpen.type: refuseComm(request)
    // The protocol wants no reply to types that a kernel does not know.
    default: break
    }
  }

  private func execute(_ request: Message, isAborted: Bool) -> ExecuteReply {
    if isAborted { return runner.abortedReply() }
    do {
      let content = try ExecuteRequest(request.content)
      let reply = runner.run(content, parent: request.header)
      if case .error = reply.status, content.stopOnError, !content.silent {
        queue.abortExecutions()
      }
      return reply
    } catch {
      let refusal = ErrorContent(invalid: error)
      iopub.publish(refusal, parent: request.header)
      return runner.refusal(refusal)
    }
  }

  private func shutDown(_ request: Message, on channel: RouterChannel) {
    reply(to: request, on: channel) { (content: ShutdownRequest) in
      let reply = ShutdownReply(restart: content.restart)
      iopub.publish(reply, parent: request.header)
      return reply
    }
  }

  /// No comm target exists here, so a comm that a front end opens is closed again.
  private func refuseComm(_ request: Message) {
    guard let open = try? CommOpen(request.content) else { return }
    iopub.publish(CommClose(id: open.id), parent: request.header)
  }

  // MARK: Replies

  private func reply<Request: RequestContent>(
    to request: Message, on channel: RouterChannel,
    _ answer: (Request) -> some OutgoingContent
  ) {
    do { reply(answer(try Request(request.content)), to: request, on: channel) } catch {
      let type = Request.type.replacingSuffix("_request", with: "_reply")
      let json = FailureReply(ErrorContent(invalid: error)).json
      send(type, json, to: request, on: channel)
    }
  }

  private func reply<Reply: OutgoingContent>(
    _ content: Reply, to request: Message, on channel: RouterChannel
  ) {
    send(Reply.type, content.json, to: request, on: channel)
  }

  private func send(_ type: String, _ json: JSON, to request: Message, on channel: RouterChannel) {
    channel.send(
      messages.message(
        type, content: json, parent: request.header, identities: request.identities))
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

extension String {
  fileprivate func replacingSuffix(_ suffix: String, with replacement: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + replacement : self
  }
}
