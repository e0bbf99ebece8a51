import CellSession
import Display
import JupyterProtocol
import Synchronization
import Testing

@Suite struct SubshellTests {
  private func create(_ frontend: TestFrontend) throws -> String {
    let reply = try frontend.ask("create_subshell_request", on: .control)
    #expect(reply["status"] == "ok")
    return try #require(reply["subshell_id"]?.string)
  }

  private func start(_ code: String, _ frontend: TestFrontend) throws -> Header {
    let cell = frontend.execute(code)
    while try frontend.receive(on: .iopub).content["text"] != "started\n" {}
    return cell
  }

  @Test func subshellsAreMadeListedAndDeleted() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let info = try frontend.ask("kernel_info_request")
    #expect(info["supported_features"] == ["kernel subshells"])
    let ids = [try create(frontend), try create(frontend)]
    #expect(Set(ids).count == 2)
    #expect(
      try frontend.ask("list_subshell_request", on: .control)
        == ["status": "ok", "subshell_id": .array(ids.map { .string($0) })])
    let first: JSON = ["subshell_id": .string(ids[0])]
    #expect(
      try frontend.ask("delete_subshell_request", first, on: .control) == ["status": "ok"])
    #expect(
      try frontend.ask("list_subshell_request", on: .control)["subshell_id"]
        == [.string(ids[1])])
    for content in [first, [:]] {
      let reply = try frontend.ask("delete_subshell_request", content, on: .control)
      #expect(reply["status"] == "error")
    }
  }

  @Test(
    arguments: [
      ("kernel_info_request", [:]), ("is_complete_request", ["code": "1"]),
      ("complete_request", ["code": "pri", "cursor_pos": 3]),
      ("inspect_request", ["code": "x", "cursor_pos": 1]), ("comm_info_request", [:]),
      ("history_request", ["hist_access_type": "tail", "n": 1]),
    ] as [(String, JSON)])
  func aQuestionIsAnsweredWhileACellRuns(type: String, content: JSON) throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let subshell = try create(frontend)
    let cell = try start("forever", frontend)
    let request = frontend.send(type, content, subshell: subshell)
    let reply = try frontend.reply(to: request)
    #expect(reply.content["status"]?.string.map { ["ok", "complete"].contains($0) } == true)
    #expect(reply.parentHeader["subshell_id"] == .string(subshell))
    #expect(try frontend.published(for: request).map(\.summary) == ["busy", "idle"])
    frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: cell).content["ename"] == "Interrupted")
  }

  @Test func cellsOfAllSubshellsRunOneAfterTheOtherAsTheyArrived() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let subshells = [try create(frontend), try create(frontend)]
    let running = try start("forever", frontend)
    let requests = (0..<9).map { index in
      frontend.send(
        "execute_request", ["code": .string("\(index)")],
        subshell: index % 3 == 0 ? nil : subshells[index % 3 - 1])
    }
    let question = frontend.send("kernel_info_request", subshell: subshells[0])
    try frontend.awaitPlace()
    #expect(frontend.receiveFrames(on: .shell, seconds: 0.05) == nil)
    frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: running).content["status"] == "error")
    var replies: [String: JSON] = [:]
    for _ in 0..<requests.count + 1 {
      let reply = try frontend.receive(on: .shell)
      replies[reply.parentHeader["msg_id"]?.string ?? ""] = reply.content["status"]
    }
    for (index, request) in requests.enumerated() {
      #expect(replies[request.id] == (index % 3 == 0 ? "aborted" : "ok"))
    }
    #expect(replies[question.id] == "ok")
    #expect(
      kernel.host.executed.withLock { $0 } == ["forever", "1", "2", "4", "5", "7", "8"])
  }

  @Test func withinASubshellEverythingKeepsItsOrder() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let subshell = try create(frontend)
    let types = ["kernel_info_request", "execute_request", "comm_info_request"]
    let requests = (0..<30).map { index in
      frontend.send(types[index % 3], ["code": .string("\(index)")], subshell: subshell)
    }
    for request in requests {
      #expect(try frontend.receive(on: .shell).parentHeader["msg_id"]?.string == request.id)
    }
  }

  @Test func aFailureAbortsOnlyItsOwnSubshell() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let subshell = try create(frontend)
    let running = try start("forever", frontend)
    let failing = frontend.send("execute_request", ["code": "boom"], subshell: subshell)
    let behind = frontend.send("execute_request", ["code": "1"], subshell: subshell)
    try frontend.awaitPlace()
    frontend.send("interrupt_request", on: .control)
    _ = try frontend.reply(to: running)
    #expect(try frontend.reply(to: failing).content["ename"] == "Boom")
    #expect(try frontend.reply(to: behind).content["status"] == "aborted")
    #expect(try frontend.run("2").0["status"] == "ok")
  }

  @Test func aMessageToACommTravelsOverASubshell() throws {
    let kernel = try KernelFixture(
      ScriptedHost(receiver: { message, emit in
        if case .message = message.kind { emit(.comm(message)) }
        return .finished(result: nil)
      }))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let subshell = try create(frontend)
    frontend.send("comm_open", ["comm_id": "c", "target_name": "t"], subshell: subshell)
    let request = frontend.send("comm_msg", ["comm_id": "c", "data": [:]], subshell: subshell)
    let messages = try frontend.published(for: request)
    #expect(messages.map(\.header.type) == ["status", "comm_msg", "status"])
    #expect(messages.allSatisfy { $0.parentHeader["subshell_id"] == .string(subshell) })
  }

  @Test func aSubshellThatDoesNotExistIsAnError() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.send("execute_request", ["code": "1"], subshell: "none")
    let reply = try frontend.reply(to: request)
    #expect(reply.header.type == "execute_reply")
    #expect(reply.content["ename"] == "UnknownSubshell")
    #expect(try frontend.published(for: request).map(\.summary) == ["busy", "idle"])
    #expect(kernel.host.executed.withLock { $0 }.isEmpty)
  }

  @Test func deletingASubshellAbortsItsCellsAndHoldsUpNobody() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let subshell = try create(frontend)
    let running = try start("forever", frontend)
    let waiting = frontend.send("execute_request", ["code": "1"], subshell: subshell)
    let next = frontend.execute("2", ["stop_on_error": true])
    try frontend.awaitPlace()
    let deleted = try frontend.ask(
      "delete_subshell_request", ["subshell_id": .string(subshell)], on: .control)
    #expect(deleted["status"] == "ok")
    frontend.send("interrupt_request", on: .control)
    _ = try frontend.reply(to: running)
    #expect(try frontend.reply(to: waiting).content["status"] == "aborted")
    #expect(try frontend.reply(to: next).content["status"] == "aborted")
    #expect(try frontend.run("3").0["status"] == "ok")
  }

  @Test func thereIsALimit() throws {
    let kernel = try KernelFixture()
    let frontend = try kernel.connected()
    for _ in 0..<100 { _ = try create(frontend) }
    let reply = try frontend.ask("create_subshell_request", on: .control)
    #expect(reply["ename"] == "TooManySubshells")
    let start = Clock.now()
    kernel.stop()
    #expect(Clock.now() - start < 10)
  }
}
