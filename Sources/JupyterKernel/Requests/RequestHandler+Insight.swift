import CellSession
import JupyterProtocol

/// Questions about code, answered without running any.
extension RequestHandler {
  func complete(_ request: Message, on channel: RouterChannel) {
    reply(to: request, on: channel) { (content: CompleteRequest) in
      CompleteReply(host.complete(content.code, at: content.position))
    }
  }

  func inspect(_ request: Message, on channel: RouterChannel) {
    reply(to: request, on: channel) { (content: InspectRequest) in
      let detail: InspectionDetail = content.wantsSource ? .source : .documentation
      let bundle = host.inspect(content.code, at: content.position, detail: detail)
      return InspectReply(bundle.map { MIMEData($0, log: log) })
    }
  }
}

extension CompleteReply {
  init(_ completion: Completion) {
    self.init(
      matches: completion.items.map {
        Match(text: $0.text, kind: $0.kind, signature: $0.signature)
      },
      range: completion.range)
  }
}
