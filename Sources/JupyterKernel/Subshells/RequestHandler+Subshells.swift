import JupyterProtocol

/// Requests that make, end and list subshells.
extension RequestHandler {
  func createSubshell(_ request: Message, on control: RouterChannel) {
    let id = subshells.create { [self] question in handle(question, from: shell) }
    guard let id else {
      return refuse(
        request, on: control, name: "TooManySubshells",
        "There are \(Subshells.maximumCount) subshells, and no more can be made: delete some.")
    }
    reply(CreateSubshellReply(id: id), to: request, on: control)
  }

  func deleteSubshell(_ request: Message, on control: RouterChannel) {
    do {
      let content = try DeleteSubshellRequest(request.content)
      guard subshells.delete(content.id) else {
        return refuse(request, on: control, name: "UnknownSubshell", Self.unknown(content.id))
      }
      queue.abortExecutions(of: content.id)
      reply(DeleteSubshellReply(), to: request, on: control)
    } catch {
      refuse(request, on: control, name: "InvalidRequest", error.description)
    }
  }

  /// Answers a request for a subshell that does not exist.
  func refuseSubshell(_ request: Message, _ id: String) {
    iopub.publish(Status.busy, parent: request.header)
    refuse(request, on: shell, name: "UnknownSubshell", Self.unknown(id))
    iopub.publish(Status.idle, parent: request.header)
  }

  private static func unknown(_ id: String) -> String {
    "There is no subshell `\(id)`; list_subshell_request lists those there are."
  }
}
